package dev.slipway.contracts.node;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a host is in the Swarm. */
public enum NodeRole {
  /** Holds the Swarm's state and schedules; runs tasks too. */
  MANAGER,
  /** Runs tasks. */
  WORKER;

  /** The one of that name. */
  public static NodeRole of(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
