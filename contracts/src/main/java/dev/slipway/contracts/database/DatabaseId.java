package dev.slipway.contracts.database;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.contracts.FreshId;

/**
 * Identity of a database: opaque outside, {@code db_} and 20 characters inside, in order of birth.
 */
public record DatabaseId(@JsonValue String value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public DatabaseId {}

  public static DatabaseId fresh() {
    return new DatabaseId(FreshId.of("db"));
  }

  @Override
  public String toString() {
    return value;
  }
}
