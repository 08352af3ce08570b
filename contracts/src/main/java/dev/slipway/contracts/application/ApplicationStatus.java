package dev.slipway.contracts.application;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * How an application fares.
 *
 * <pre>
 *   idle --first success--> running <--> degraded (fewer healthy replicas than wanted)
 *                            |  ^            |
 *                       stop v  | start      v  none healthy
 *                           stopped        failed
 * </pre>
 */
public enum ApplicationStatus {
  IDLE,
  RUNNING,
  DEGRADED,
  STOPPED,
  FAILED;

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
