package dev.slipway.contracts.application;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.contracts.FreshId;

/**
 * Identity of a project: opaque outside, {@code prj_} and 20 characters inside, in order of birth.
 */
public record ProjectId(@JsonValue String value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ProjectId {}

  public static ProjectId fresh() {
    return new ProjectId(FreshId.of("prj"));
  }

  @Override
  public String toString() {
    return value;
  }
}
