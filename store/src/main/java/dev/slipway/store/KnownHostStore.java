package dev.slipway.store;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys by which hosts of repositories are known, the same for every builder. */
public final class KnownHostStore {
  private final Queries database;

  public KnownHostStore(Queries database) {
    this.database = database;
  }

  /**
   * A host and a key of it.
   *
   * @param host as {@code known_hosts} names it: {@code host}, or {@code [host]:port}
   * @param key its type and its base64
   * @param confirmedBy who compared it with what the host's owner tells; null: it was only seen
   */
  public record KnownHost(
      String id,
      String host,
      String key,
      String fingerprint,
      @Nullable String confirmedBy,
      Instant createdAt) {}

  public Future<List<KnownHost>> all() {
    return database.list(
        "select * from known_hosts order by host, key limit 1000",
        row ->
            new KnownHost(
                row.getString("id"),
                row.getString("host"),
                row.getString("key"),
                row.getString("fingerprint"),
                row.getString("confirmed_by"),
                Rows.when(row, "created_at")));
  }

  /** The keys of a host; empty when it was never seen. */
  public Future<List<String>> keys(String host) {
    return database.list(
        "select key from known_hosts where host = $1", row -> row.getString(0), host);
  }

  /**
   * Remembers the first key that a host shows. Of two builders that see it at once, one is first.
   *
   * @return the keys it is known by from now on
   */
  public Future<List<String>> see(String host, String key, String fingerprint) {
    return database.transaction(tx ->
        // the lock is the host's name: there may be no row yet
        tx.query(
                "select pg_advisory_xact_lock(hashtextextended('known_hosts:' || $1::text, 0))",
                host)
            .compose(locked ->
                tx.query(
                    """
                    insert into known_hosts(id, host, key, fingerprint)
                      select $1, $2, $3, $4 where not exists
                        (select 1 from known_hosts where host = $2)
                    """,
                    FreshId.of("kho"),
                    host,
                    key,
                    fingerprint))
            .compose(done -> new KnownHostStore(tx).keys(host)));
  }

  /** Makes this the one key of a host; for who knows it from the host's owner. */
  public Future<String> pin(String host, String key, String fingerprint, String actor) {
    String id = FreshId.of("kho");
    return database.transaction(tx ->
        tx.query("delete from known_hosts where host = $1", host)
            .compose(gone ->
                tx.query(
                    """
                    insert into known_hosts(id, host, key, fingerprint, confirmed_by)
                      values ($1, $2, $3, $4, $5)
                    """,
                    id,
                    host,
                    key,
                    fingerprint,
                    actor))
            .map(id));
  }

  /** Fails with 404 when there is no such key. */
  public Future<Void> confirm(String id, String actor) {
    return changed(
        database.update("update known_hosts set confirmed_by = $2 where id = $1", id, actor), id);
  }

  /** The next key that the host shows is its first one again. Fails with 404 for an unknown id. */
  public Future<Void> forget(String id) {
    return changed(database.update("delete from known_hosts where id = $1", id), id);
  }

  private static Future<Void> changed(Future<Integer> rows, String id) {
    return rows.map(count -> {
      if (count == 0) {
        throw Problem.notFound("known host", id);
      }
      return null;
    });
  }
}
