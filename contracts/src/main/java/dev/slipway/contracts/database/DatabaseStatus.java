package dev.slipway.contracts.database;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What a database does just now.
 *
 * <pre>
 *   creating --> running <--> stopped
 *                  |  ^
 *                  v  |
 *               degraded        failed (never came up)      external (somebody else runs it)
 * </pre>
 */
public enum DatabaseStatus {
  CREATING,
  RUNNING,
  /** Wanted, but its server does not answer. */
  DEGRADED,
  STOPPED,
  FAILED,
  /** Somebody else's server, known by its address. */
  EXTERNAL;

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
