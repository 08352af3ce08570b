package dev.slipway.contracts.deployment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.contracts.FreshId;

/**
 * Identity of a release: opaque outside, {@code rel_} and 20 characters inside, in order of birth.
 */
public record ReleaseId(@JsonValue String value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ReleaseId {}

  public static ReleaseId fresh() {
    return new ReleaseId(FreshId.of("rel"));
  }

  @Override
  public String toString() {
    return value;
  }
}
