package dev.slipway.contracts.route;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What the ingress does with requests for a host. */
public enum RouteState {
  /** Forward to the targets. */
  SERVING,
  /** Keep them waiting, bounded: the application is being recreated. */
  HOLDING,
  /** Answer 503: its owner stopped it. */
  STOPPED;

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
