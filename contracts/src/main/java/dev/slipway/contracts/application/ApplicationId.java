package dev.slipway.contracts.application;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.contracts.FreshId;

/**
 * Identity of an application: opaque outside, {@code app_} and 20 characters inside, in order of
 * birth.
 */
public record ApplicationId(@JsonValue String value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ApplicationId {}

  public static ApplicationId fresh() {
    return new ApplicationId(FreshId.of("app"));
  }

  @Override
  public String toString() {
    return value;
  }
}
