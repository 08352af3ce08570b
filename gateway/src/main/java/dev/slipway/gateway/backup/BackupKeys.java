package dev.slipway.gateway.backup;

import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.BackupKeyStore.BackupKey;
import io.vertx.core.Future;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys that backups are sealed under. Their bytes are shown by one audited call alone. */
final class BackupKeys {
  private final Stores stores;
  private final Changes changes;

  BackupKeys(Stores stores, Changes changes) {
    this.stores = stores;
    this.changes = changes;
  }

  private record Page(List<BackupKey> items, @Nullable String nextCursor) {}

  /** A key with its bytes. */
  private record Reveal(String id, String key) {
    /** Without the bytes. */
    @Override
    public String toString() {
      return "Reveal[" + id + "]";
    }
  }

  Future<Reply> list(Call call) {
    return stores.backupKeys().all().map(all -> Reply.ok(new Page(all, null)));
  }

  Future<Reply> bring(Call call) {
    String id = call.body().getString("id");
    byte[] key = Base64.getDecoder().decode(call.body().getString("key"));
    return changes
        .make(call, "backup-key.bring", id, in -> in.backupKeys().bring(id, key))
        .compose(done -> list(call));
  }

  Future<Reply> rotate(Call call) {
    return changes
        .once(call, "backup-key.rotate", in -> in.backupKeys().rotate().map(BackupKey::id))
        .compose(done -> list(call));
  }

  Future<Reply> reveal(Call call) {
    BackupId id = new BackupId(call.path("id"));
    return stores
        .backups()
        .get(id)
        .compose(backup -> {
          Manifest manifest = backup.manifest();
          String key = manifest == null ? null : manifest.keyId();
          if (key == null) {
            throw Problem.conflict(
                "backup_not_sealed",
                "This backup is not sealed under a key.",
                "Nothing is needed to open it: GET /api/backups/" + id + "/content, then zstd -d.");
          }
          return changes
              .note(call, "backup-key.reveal", key, Map.of("backup", id.value()))
              .compose(noted -> stores.backupKeys().open(key))
              .map(bytes -> new Reveal(key, shown(key, bytes.orElse(null))));
        })
        .map(Reply::ok);
  }

  private static String shown(String id, byte @Nullable [] bytes) {
    if (bytes == null) {
      throw Problem.notFound("backup key", id);
    }
    return Base64.getEncoder().encodeToString(bytes);
  }
}
