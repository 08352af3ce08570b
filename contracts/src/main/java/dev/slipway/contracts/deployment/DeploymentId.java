package dev.slipway.contracts.deployment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.contracts.FreshId;

/**
 * Identity of a deployment: opaque outside, {@code dep_} and 20 characters inside, in order of
 * birth.
 */
public record DeploymentId(@JsonValue String value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public DeploymentId {}

  public static DeploymentId fresh() {
    return new DeploymentId(FreshId.of("dep"));
  }

  @Override
  public String toString() {
    return value;
  }
}
