package dev.slipway.contracts.deployment;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What asked for a deployment. */
public enum Trigger {
  MANUAL,
  WEBHOOK,
  ROLLBACK,
  ENVIRONMENT,
  CONFIG,
  SCHEDULE;

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
