package dev.slipway.contracts.node;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether a host is there, as the Swarm's managers see it. */
public enum NodeState {
  /** Its engine answers the managers. */
  READY,
  /** It has not answered for some seconds; its tasks are started elsewhere. */
  DOWN,
  /** It has just gone away; the managers wait for it. */
  DISCONNECTED,
  /** Just joined, or a manager that has just started. */
  UNKNOWN;

  /** The one of that name. */
  public static NodeState of(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
