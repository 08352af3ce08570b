package dev.slipway.backup.run;

import dev.slipway.backup.stream.BackupKeys;
import dev.slipway.platform.secrets.DerivedKeys;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of backups of the platform's own state, made from the master keys: on an empty machine
 * the file and the master key are enough, and the file alone is of no use to anybody.
 */
public record PlatformKeys(DerivedKeys masters) implements BackupKeys {
  /** What the keys are derived for; another text means other keys. */
  public static final String PURPOSE = "slipway platform backup";

  @Override
  public String currentKeyId() {
    return masters.currentId();
  }

  @Override
  public Optional<SecretKey> key(String id) {
    return masters.find(id).map(bytes -> new SecretKeySpec(bytes, "AES"));
  }
}
