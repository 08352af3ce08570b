package dev.slipway.contracts.backup;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.contracts.FreshId;

/**
 * Identity of a backup: opaque outside, {@code bak_} and 20 characters inside, in order of birth.
 */
public record BackupId(@JsonValue String value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public BackupId {}

  public static BackupId fresh() {
    return new BackupId(FreshId.of("bak"));
  }

  @Override
  public String toString() {
    return value;
  }
}
