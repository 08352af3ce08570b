package dev.slipway.contracts.people;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What somebody is in an organization or a project; each may do what those before it may. */
public enum Role {
  /** Looks, at all but secrets. */
  VIEWER,
  /** Changes applications and their variables, and deploys. */
  DEVELOPER,
  /** Everything but who else comes in. */
  ADMIN,
  /** Everything. */
  OWNER;

  /** The role of that name, which must be one. */
  @JsonCreator
  public static Role of(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
