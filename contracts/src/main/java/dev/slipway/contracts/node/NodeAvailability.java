package dev.slipway.contracts.node;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Which tasks a host gets. */
public enum NodeAvailability {
  /** New ones, and keeps those it has. */
  ACTIVE,
  /** No new ones; keeps those it has. */
  PAUSE,
  /** None: those it has are started elsewhere. */
  DRAIN;

  /** The one of that name. */
  public static NodeAvailability of(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
