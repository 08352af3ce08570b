package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.Environment;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Environments, every version of them. Values pass through the vault on their way in and out, so
 * the table never depends on how they are kept.
 */
public final class EnvironmentStore {
  private final Queries database;
  private final Vault vault;

  public EnvironmentStore(Queries database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /** A version as its history tells it. */
  public record Version(int version, String actor, Instant createdAt, List<String> keys) {}

  /** The newest version. */
  public Future<Environment> current(ApplicationId id) {
    return database
        .one(
            """
            select a.environment_version as version, e.items::text as items
              from applications a
              left join environments e
                on e.application_id = a.id and e.version = a.environment_version
              where a.id = $1
            """,
            id.value())
        .map(row -> environment(id, row));
  }

  /** A version by its number; 0 is empty. */
  public Future<Environment> version(ApplicationId id, int version) {
    if (version == 0) {
      return Future.succeededFuture(Environment.EMPTY);
    }
    return database
        .one(
            """
            select version, items::text as items from environments
              where application_id = $1 and version = $2
            """,
            id.value(),
            version)
        .map(row -> environment(id, row));
  }

  /** The versions below a number, newest first, keys only. */
  public Future<List<Version>> versions(ApplicationId id, int below, int limit) {
    return database.list(
        """
        select version, actor, created_at, items::text as items from environments
          where application_id = $1 and version < $2 order by version desc limit $3
        """,
        row ->
            new Version(
                row.getInteger("version"),
                row.getString("actor"),
                Rows.when(row, "created_at"),
                sealed(row).stream().map(EnvironmentVariable::key).toList()),
        id.value(),
        below,
        limit);
  }

  /**
   * Makes a new version of the newest one. Two editors at once both count: the row of the
   * application is held meanwhile.
   *
   * @return the new version, or the newest unchanged when the edit changes nothing
   */
  public Future<Environment> edit(
      ApplicationId id, String actor, UnaryOperator<List<EnvironmentVariable>> edit) {
    return edit(id, actor, null, edit);
  }

  /**
   * As above, if the newest version still is the one that the caller knows.
   *
   * @param expected null: whatever the newest is; another version than the newest is a 412
   */
  public Future<Environment> edit(
      ApplicationId id,
      String actor,
      @Nullable Long expected,
      UnaryOperator<List<EnvironmentVariable>> edit) {
    return database.transaction(tx ->
        tx.one("select id from applications where id = $1 and not deleting for update", id.value())
            .compose(held -> newest(tx, id))
            .compose(newest -> {
              if (expected != null && expected != newest.version()) {
                return Future.failedFuture(changed(newest.version()));
              }
              List<EnvironmentVariable> items = edit.apply(newest.items());
              return items.equals(newest.items())
                  ? Future.succeededFuture(newest)
                  : add(tx, id, actor, new Environment(newest.version() + 1, items));
            }));
  }

  private static Problem changed(int version) {
    return new Problem(
        412,
        "changed_meanwhile",
        "Changed meanwhile",
        "The environment has version " + version + " now.",
        "Read it again, redo the change, and send its ETag in If-Match.",
        List.of(),
        null);
  }

  private Future<Environment> newest(Queries tx, ApplicationId id) {
    return tx.one(
            """
            select a.environment_version as version, e.items::text as items
              from applications a
              left join environments e
                on e.application_id = a.id and e.version = a.environment_version
              where a.id = $1
            """,
            id.value())
        .map(row -> environment(id, row));
  }

  private Future<Environment> add(Queries tx, ApplicationId id, String actor, Environment next) {
    List<EnvironmentVariable> sealed =
        next.items().stream().map(item -> with(item, vault.seal(item.value()))).toList();
    return tx.query(
            """
            insert into environments(application_id, version, items, actor)
              values ($1, $2, cast($3::text as jsonb), $4)
            """,
            id.value(),
            next.version(),
            Json.text(sealed),
            actor)
        .compose(done ->
            tx.query(
                "update applications set environment_version = $2 where id = $1",
                id.value(),
                next.version()))
        .map(next);
  }

  private Environment environment(ApplicationId id, @Nullable Row row) {
    if (row == null) {
      throw Problem.notFound("application", id.value());
    }
    if (row.getString("items") == null) {
      return Environment.EMPTY;
    }
    return new Environment(
        row.getInteger("version"),
        sealed(row).stream().map(item -> with(item, vault.open(item.value()))).toList());
  }

  private static List<EnvironmentVariable> sealed(Row row) {
    return List.of(Json.read(row.getString("items"), EnvironmentVariable[].class));
  }

  private static EnvironmentVariable with(EnvironmentVariable item, String value) {
    return new EnvironmentVariable(
        item.key(), value, item.secret(), item.updatedAt(), item.updatedBy());
  }
}
