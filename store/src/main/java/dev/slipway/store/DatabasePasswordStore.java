package dev.slipway.store;

import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import io.vertx.core.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The password that a database is about to have. It is kept beside the one it has until its server
 * knows it, so that whoever takes the work over knows both.
 */
public final class DatabasePasswordStore {
  private final Queries database;
  private final Vault vault;

  public DatabasePasswordStore(Queries database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /** This will be the next one, unless one was drawn already. */
  public Future<Void> draw(Fence fence, DatabaseId id, Secret fresh) {
    return fenced(
        fence,
        tx ->
            tx.query(
                """
                update databases set next_password_sealed = $2
                  where id = $1 and next_password_sealed is null
                """,
                id.value(),
                vault.seal(fresh.reveal())));
  }

  /** The next one; null when none was drawn, or it is the database's by now. */
  public Future<@Nullable Secret> next(DatabaseId id) {
    return database.one(
        """
        select next_password_sealed from databases
          where id = $1 and next_password_sealed is not null
        """,
        row -> new Secret(vault.open(row.getString(0))),
        id.value());
  }

  /** The server knows it: it is the database's from now on. */
  public Future<Void> keep(Fence fence, DatabaseId id) {
    return fenced(
        fence,
        tx ->
            tx.query(
                """
                update databases set password_sealed = next_password_sealed,
                    next_password_sealed = null, etag = etag + 1, updated_at = now()
                  where id = $1 and next_password_sealed is not null
                """,
                id.value()));
  }

  /** It will not be the database's. */
  public Future<Void> forget(Fence fence, DatabaseId id) {
    return fenced(
        fence,
        tx ->
            tx.query("update databases set next_password_sealed = null where id = $1", id.value()));
  }

  private Future<Void> fenced(Fence fence, Function<Queries, Future<?>> write) {
    return database.transaction(tx -> fence.guard(tx).compose(held -> write.apply(tx)).mapEmpty());
  }
}
