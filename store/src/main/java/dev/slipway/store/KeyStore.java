package dev.slipway.store;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.key.ApiKey;
import dev.slipway.contracts.people.Membership;
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
    return add(name, scopes, hash, prefix, expiresAt, Owner.INSTALLATION);
  }

  /**
   * Whose a key is.
   *
   * @param userId null: the installation's
   * @param projectId the only project it works in; null: wherever its holder may
   */
  public record Owner(@Nullable String userId, @Nullable String projectId) {
    /** A key of whoever runs the host. */
    public static final Owner INSTALLATION = new Owner(null, null);
  }

  /** Adds a key of somebody's, or for one project. */
  public Future<ApiKey> add(
      String name,
      Set<String> scopes,
      String hash,
      String prefix,
      @Nullable Instant expiresAt,
      Owner owner) {
    return database
        .one(
            """
            insert into api_keys(id, name, hash, prefix, scopes, expires_at, user_id, project_id)
              values ($1, $2, $3, $4, $5, $6, $7, $8)
              on conflict (hash) do update set name = api_keys.name returning *
            """,
            FreshId.of("key"),
            name,
            hash,
            prefix,
            scopes.toArray(String[]::new),
            expiresAt == null ? null : expiresAt.atOffset(ZoneOffset.UTC),
            owner.userId(),
            owner.projectId())
        .map(row -> key(Rows.present(row)));
  }

  /**
   * Who shows a key.
   *
   * @param email of whom the key belongs to; null: the installation
   * @param memberships the roles that he has at this moment
   */
  public record Holder(ApiKey key, @Nullable String email, List<Membership> memberships) {}

  /** The key with that hash, unless it has expired. */
  public Future<Optional<Holder>> byHash(String hash) {
    return database
        .one(
            "select k.*, u.email, "
                + PeopleRows.MEMBERSHIPS
                + """
                 from api_keys k left join users u on u.id = k.user_id
                  where k.hash = $1 and (k.expires_at is null or k.expires_at > now())
                """,
            row -> new Holder(key(row), row.getString("email"), PeopleRows.memberships(row)),
            hash)
        .map(Optional::ofNullable);
  }

  /**
   * One key.
   *
   * @param userId only if it is his; null: whoever's it is
   */
  public Future<ApiKey> get(String id, @Nullable String userId) {
    return database
        .one(
            "select * from api_keys where id = $1 and ($2::text is null or user_id = $2)",
            id,
            userId)
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

  /** One user's keys, or all when none is named. */
  public Future<List<ApiKey>> list(@Nullable String userId, int limit, String after) {
    return database.list(
        """
        select * from api_keys where id > $1 and ($2::text is null or user_id = $2)
          order by id limit $3
        """,
        KeyStore::key,
        after,
        userId,
        limit);
  }

  /**
   * Revokes a key.
   *
   * @param userId only if it is his; null: whoever's it is
   */
  public Future<Void> remove(String id, @Nullable String userId) {
    return database
        .one(
            """
            delete from api_keys where id = $1 and ($2::text is null or user_id = $2) returning id
            """,
            id,
            userId)
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
        Rows.at(row, "last_used_at"),
        row.getString("user_id"),
        row.getString("project_id"));
  }
}
