package dev.slipway.contracts.deployment;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What is left of a release.
 *
 * <pre>
 *   candidate --switch--> serving --replaced--> warm --bake time over--> cold --not among last 10--> removed
 *       |                    ^                    |                        |
 *       +--failed--> removed +------ rollback ----+------------------------+
 * </pre>
 */
public enum ReleaseState {
  /** Its image stands; it never served. */
  CANDIDATE,
  /** Its tasks answer the application's hosts. */
  SERVING,
  /** Runs, unrouted: rolling back to it is a route switch. */
  WARM,
  /** Scaled to nothing, image kept. */
  COLD,
  /** Gone; only its row is left. */
  REMOVED;

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
