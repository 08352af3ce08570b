package dev.slipway.store;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import java.util.Optional;

/** What an Idempotency-Key has already made, for two days unless set otherwise. */
public final class IdempotencyStore {
  private final Queries database;

  public IdempotencyStore(Queries database) {
    this.database = database;
  }

  /**
   * What the key made before; empty: nothing yet.
   *
   * @param request method, path and body's hash: the same key with another request is a conflict
   */
  public Future<Optional<String>> find(String actor, String key, String request) {
    return database
        .one(
            "select request, resource from idempotency_keys where actor = $1 and key = $2",
            actor,
            key)
        .map(row -> {
          if (row == null) {
            return Optional.empty();
          }
          if (!row.getString("request").equals(request)) {
            throw Problem.conflict(
                "idempotency_key_reused",
                "This Idempotency-Key was used for another request.",
                "Send a new key with a new request; repeat a request with the same body.");
          }
          return Optional.of(row.getString("resource"));
        });
  }

  /**
   * Takes the key for this request, or tells what it made before. To run in the transaction that
   * makes the thing and then tells {@link #made}: whoever comes second waits for the first one's
   * end.
   *
   * @return empty when the key is new and now taken
   */
  public Future<Optional<String>> claim(String actor, String key, String request) {
    return database
        .one(
            """
            insert into idempotency_keys(actor, key, request, resource) values ($1, $2, $3, '')
              on conflict do nothing returning key
            """,
            actor,
            key,
            request)
        .compose(row ->
            row == null ? find(actor, key, request) : Future.succeededFuture(Optional.empty()));
  }

  /** What a claimed key has made. */
  public Future<Void> made(String actor, String key, String resource) {
    return database
        .query(
            "update idempotency_keys set resource = $3 where actor = $1 and key = $2",
            actor,
            key,
            resource)
        .mapEmpty();
  }

  /** Remembers what the key made; whoever comes second learns what the first one made. */
  public Future<String> remember(String actor, String key, String request, String resource) {
    return database
        .one(
            """
            insert into idempotency_keys(actor, key, request, resource) values ($1, $2, $3, $4)
              on conflict (actor, key) do update set key = excluded.key returning resource
            """,
            actor,
            key,
            request,
            resource)
        .map(row -> Rows.present(row).getString(0));
  }
}
