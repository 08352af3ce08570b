package dev.slipway.contracts.database;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Long work on a database; at most one at a time for each. */
public enum DatabaseWork {
  CREATE,
  CHANGE,
  START,
  STOP,
  RESTART,
  /** Another version: a verified backup, a new server filled from it, and the switch to it. */
  UPGRADE,
  /** A backup put in the place of the data: a verified backup of what is there first. */
  RESTORE,
  /** Another password, set in the server and then known to whoever refers to it. */
  PASSWORD,
  REMOVE;

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
