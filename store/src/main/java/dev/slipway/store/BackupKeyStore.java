package dev.slipway.store;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys that backups are sealed under before they leave the host: one for new backups, and all
 * older ones, which old backups need. Keys pass through the vault on their way in and out.
 */
public final class BackupKeyStore {
  /** Bytes of a key. */
  public static final int LENGTH = 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Queries database;
  private final Vault vault;

  public BackupKeyStore(Queries database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /**
   * What may be shown of a key.
   *
   * @param retiredAt when it was replaced, or brought here from another installation; null: new
   *     backups are sealed under it
   */
  public record BackupKey(String id, Instant createdAt, @Nullable Instant retiredAt) {}

  /** All of them, the newest first. */
  public Future<List<BackupKey>> all() {
    return database.list(
        "select * from backup_keys order by created_at desc, id desc limit 1000",
        BackupKeyStore::read);
  }

  /** The one that new backups are sealed under; made when it is asked for the first time. */
  public Future<BackupKey> current() {
    return present()
        .compose(known ->
            known.isPresent()
                ? Future.succeededFuture(known.get())
                : insert(database, fresh(), true)
                    .compose(made -> present())
                    .map(Optional::orElseThrow));
  }

  private Future<Optional<BackupKey>> present() {
    return database
        .one("select * from backup_keys where retired_at is null", BackupKeyStore::read)
        .map(Optional::ofNullable);
  }

  /** A key's bytes; empty when it is not here. */
  public Future<Optional<byte[]>> open(String id) {
    return database
        .one(
            "select key_sealed from backup_keys where id = $1",
            row -> Base64.getDecoder().decode(vault.open(row.getString(0))),
            id)
        .map(Optional::ofNullable);
  }

  /** Replaces the current key by a new one; what is sealed under the old ones stays readable. */
  public Future<BackupKey> rotate() {
    return database.transaction(tx ->
        tx.query("lock table backup_keys in share row exclusive mode")
            .compose(alone ->
                tx.query("update backup_keys set retired_at = now() where retired_at is null"))
            .compose(done -> insert(tx, fresh(), true))
            .compose(made -> new BackupKeyStore(tx, vault).present())
            .map(Optional::orElseThrow));
  }

  /**
   * Brings a key of another installation here, for its backups; nothing new is sealed under it.
   *
   * @throws Problem {@code backup_key_differs} when this id means other bytes here
   */
  public Future<Void> bring(String id, byte[] key) {
    return open(id)
        .compose(known -> {
          if (known.isEmpty()) {
            return insert(database, new Made(id, key), false);
          }
          if (!java.security.MessageDigest.isEqual(known.get(), key)) {
            throw Problem.conflict(
                "backup_key_differs",
                "The key '" + id + "' is here already, with other bytes.",
                "Compare what was copied with what the other installation shows.");
          }
          return Future.succeededFuture();
        });
  }

  private record Made(String id, byte[] key) {
    /** Without the key. */
    @Override
    public String toString() {
      return "Made[" + id + "]";
    }
  }

  private static Made fresh() {
    byte[] key = new byte[LENGTH];
    RANDOM.nextBytes(key);
    return new Made(FreshId.of("bky"), key);
  }

  private Future<Void> insert(Queries queries, Made made, boolean current) {
    return queries
        .query(
            """
            insert into backup_keys(id, key_sealed, retired_at)
              values ($1, $2, case when $3 then null else now() end)
              on conflict do nothing
            """,
            made.id(),
            vault.seal(Base64.getEncoder().encodeToString(made.key())),
            current)
        .mapEmpty();
  }

  private static BackupKey read(Row row) {
    return new BackupKey(
        row.getString("id"), Rows.when(row, "created_at"), Rows.at(row, "retired_at"));
  }
}
