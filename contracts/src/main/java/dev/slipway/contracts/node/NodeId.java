package dev.slipway.contracts.node;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Identity of a host: the id that Swarm gave it, 25 letters and digits. */
public record NodeId(@JsonValue String value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public NodeId {}

  @Override
  public String toString() {
    return value;
  }
}
