package dev.slipway.contracts.backup;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * How far a backup has come. Only a verified one counts.
 *
 * <pre>
 *   pending --> running --> stored --> verified
 *      |           |          |
 *      v           v          v
 *   cancelled    failed     failed (it lies there, but does not restore to what was taken)
 * </pre>
 */
public enum BackupStatus {
  PENDING,
  RUNNING,
  /** It lies at its destination; nobody has restored it yet. */
  STORED,
  /** A scratch server was made from it and was found equal to the manifest. */
  VERIFIED,
  FAILED,
  CANCELLED;

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Nothing will change it any more by itself. */
  public boolean ended() {
    return this == VERIFIED || this == FAILED || this == CANCELLED;
  }
}
