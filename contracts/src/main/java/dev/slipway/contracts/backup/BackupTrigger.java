package dev.slipway.contracts.backup;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What asked for a backup. */
public enum BackupTrigger {
  MANUAL,
  SCHEDULE,
  /** A deployment waits for it before its release starts. */
  BEFORE_DEPLOY,
  /** Taken before something that replaces the data: an upgrade, a restore in place. */
  SAFETY,
  /** A dump that somebody sent or that came from another installation. */
  IMPORT;

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
