package dev.slipway.contracts.deployment;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Where a deployment stands.
 *
 * <pre>
 *   pending --> building --> deploying --> success
 *      |           |            |
 *      |           +------------+--> failed      (old release untouched)
 *      +-----------+------------+--> cancelled   (by a person, or superseded while pending)
 * </pre>
 */
public enum DeploymentStatus {
  PENDING,
  BUILDING,
  DEPLOYING,
  SUCCESS,
  FAILED,
  CANCELLED;

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  public boolean ended() {
    return this == SUCCESS || this == FAILED || this == CANCELLED;
  }
}
