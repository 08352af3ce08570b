package dev.slipway.backup.stream;

import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * The keys under which backups are sealed. Each has an id of 1 to 64 ASCII letters, digits and
 * {@code ._-} and 32 random bytes; an id always means the same bytes. A key of another installation
 * is one more entry.
 */
public interface BackupKeys {

  /** The key that new backups are sealed under. */
  String currentKeyId();

  /** The key with this id; empty when it is not known here. */
  Optional<SecretKey> key(String id);
}
