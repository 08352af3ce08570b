package dev.slipway.backup.content;

import dev.slipway.backup.stream.BackupKeys;
import dev.slipway.store.BackupKeyStore;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The installation's backup keys, opened when they are asked for. Blocks: for virtual threads. */
public final class StoredBackupKeys implements BackupKeys {
  private final BackupKeyStore store;

  public StoredBackupKeys(BackupKeyStore store) {
    this.store = store;
  }

  @Override
  public String currentKeyId() {
    return store.current().await().id();
  }

  @Override
  public Optional<SecretKey> key(String id) {
    return store.open(id).await().map(bytes -> new SecretKeySpec(bytes, "AES"));
  }
}
