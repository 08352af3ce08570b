package dev.slipway.platform.pg;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to date: every SQL file of the locations, in order, each in a transaction of
 * its own and recorded in {@code schema_history} with its checksum. One session-level advisory lock
 * makes several processes that start together take turns. A recorded file must never change: that
 * is an error, not a repair.
 */
public final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  /** The platform's own tables first, then the store's. */
  public static final List<String> LOCATIONS = List.of("db/platform", "db/migration");

  private static final long LOCK = 0x5357_4c4d_4947_5231L;
  private static final String HISTORY =
      """
      CREATE TABLE IF NOT EXISTS schema_history (
        name text PRIMARY KEY,
        checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now(),
        millis bigint NOT NULL)
      """;

  private Migrations() {}

  /** Runs what is missing from {@link #LOCATIONS}; tells how many files were applied. */
  public static Future<Integer> run(Vertx vertx, DatabaseUrl url) {
    return run(vertx, url, LOCATIONS);
  }

  /** Runs what is missing from the locations (folders on the class path), in their order. */
  public static Future<Integer> run(Vertx vertx, DatabaseUrl url, List<String> locations) {
    return PgConnection.connect(vertx, url.connectOptions())
        .compose(connection ->
            underLock(connection, SqlFile.readAll(locations)).eventually(connection::close));
  }

  /**
   * Migrations that this database has run and this version does not have: it is of a newer one.
   *
   * @return by name, in order; fails when the database has no history
   */
  public static Future<List<String>> unknown(Vertx vertx, DatabaseUrl url) {
    Set<String> known =
        SqlFile.readAll(LOCATIONS).stream().map(SqlFile::name).collect(Collectors.toSet());
    return PgConnection.connect(vertx, url.connectOptions())
        .compose(connection ->
            connection
                .query("SELECT name FROM schema_history ORDER BY name")
                .execute()
                .map(rows -> {
                  List<String> unknown = new ArrayList<>();
                  rows.forEach(row -> unknown.add(row.getString(0)));
                  unknown.removeAll(known);
                  return unknown;
                })
                .eventually(connection::close));
  }

  private static Future<Integer> underLock(PgConnection connection, List<SqlFile> files) {
    return connection
        .preparedQuery("SELECT pg_advisory_lock($1)")
        .execute(Tuple.of(LOCK))
        .compose(locked -> connection.query(HISTORY).execute())
        .compose(made -> connection.query("SELECT name, checksum FROM schema_history").execute())
        .compose(rows -> {
          Map<String, String> applied = new HashMap<>();
          for (Row row : rows) {
            applied.put(row.getString(0), row.getString(1));
          }
          return applyMissing(connection, files, applied);
        });
  }

  private static Future<Integer> applyMissing(
      PgConnection connection, List<SqlFile> files, Map<String, String> applied) {
    Future<Integer> done = Future.succeededFuture(0);
    for (SqlFile file : files) {
      String recorded = applied.get(file.name());
      if (recorded == null) {
        done = done.compose(count -> apply(connection, file).map(count + 1));
      } else if (!recorded.equals(file.checksum())) {
        return done.compose(count ->
            Future.failedFuture(
                new IllegalStateException(
                    "The migration "
                        + file.name()
                        + " differs from the one this database has run: add a new file instead"
                        + " of changing it.")));
      }
    }
    return done;
  }

  private static Future<Void> apply(PgConnection connection, SqlFile file) {
    long started = System.nanoTime();
    return connection
        .begin()
        .compose(transaction ->
            connection
                .query(file.sql())
                .execute()
                .compose(ran ->
                    connection
                        .preparedQuery(
                            "INSERT INTO schema_history (name, checksum, millis)"
                                + " VALUES ($1, $2, $3)")
                        .execute(
                            Tuple.of(
                                file.name(),
                                file.checksum(),
                                (System.nanoTime() - started) / 1_000_000)))
                .compose(recorded -> transaction.commit())
                .recover(failure ->
                    transaction
                        .rollback()
                        .transform(rolledBack ->
                            Future.failedFuture(
                                new IllegalStateException(
                                    "The migration "
                                        + file.name()
                                        + " failed: "
                                        + failure.getMessage(),
                                    failure)))))
        .onSuccess(done -> LOG.info("Applied the migration {}", file.name()))
        .mapEmpty();
  }
}
