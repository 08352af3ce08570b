package dev.slipway.store;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.key.ApiKey;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** API keys, by the hash of what their holders show. */
public final class KeyStore {
  private final Queries database;

  public KeyStore(Queries database) {
    this.database = database;
  }

  /** Adds a key; the same hash again changes nothing. */
  public Future<ApiKey> add(
      String name, Set<String> scopes, String hash, String prefix, @Nullable Instant expiresAt) {
    return database
        .one(
            """
            insert into api_keys(id, name, hash, prefix, scopes, expires_at)
              values ($1, $2, $3, $4, $5, $6)
              on conflict (hash) do update set name = api_keys.name returning *
            """,
            FreshId.of("key"),
            name,
            hash,
            prefix,
            scopes.toArray(String[]::new),
            expiresAt == null ? null : expiresAt.atOffset(ZoneOffset.UTC))
        .map(row -> key(Rows.present(row)));
  }

  /** The key with that hash, unless it has expired. */
  public Future<Optional<ApiKey>> byHash(String hash) {
    return database
        .one(
            "select * from api_keys where hash = $1 and (expires_at is null or expires_at > now())",
            hash)
        .map(row -> Optional.ofNullable(row).map(KeyStore::key));
  }

  public Future<ApiKey> get(String id) {
    return database
        .one("select * from api_keys where id = $1", id)
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("key", id);
          }
          return key(row);
        });
  }

  public Future<Void> used(String id) {
    return database
        .query(
            """
            update api_keys set last_used_at = now() where id = $1
              and (last_used_at is null or last_used_at < now() - interval '1 minute')
            """,
            id)
        .mapEmpty();
  }

  public Future<List<ApiKey>> list(int limit, String after) {
    return database.list(
        "select * from api_keys where id > $1 order by id limit $2", KeyStore::key, after, limit);
  }

  public Future<Void> remove(String id) {
    return database
        .one("delete from api_keys where id = $1 returning id", id)
        .compose(row ->
            row == null
                ? Future.failedFuture(Problem.notFound("key", id))
                : Future.succeededFuture());
  }

  private static ApiKey key(Row row) {
    return new ApiKey(
        row.getString("id"),
        row.getString("name"),
        Set.of(row.getArrayOfStrings("scopes")),
        row.getString("prefix"),
        Rows.when(row, "created_at"),
        Rows.at(row, "expires_at"),
        Rows.at(row, "last_used_at"));
  }
}
