package dev.slipway.gateway.auth;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.contracts.people.Role;
import java.util.Locale;
import java.util.Set;

/** What a caller may do. */
public enum Scope {
  /** Everything but people, and keys and secrets besides. */
  ADMIN,
  /** Look, at all but secrets. */
  READ,
  /** Change projects, applications and their variables; look. */
  WRITE,
  /** Deploy, roll back, start, stop and scale; look. */
  DEPLOY,
  /** Say who comes in and what he may do. No key is made with it: owners have it. */
  PEOPLE;

  /** The scope of that name, which must be one. */
  public static Scope of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** As it is written outside. */
  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** True when one of the held scopes covers this one. */
  public boolean coveredBy(Set<String> held) {
    return held.contains(wire())
        || (this != PEOPLE && held.contains(ADMIN.wire()))
        || (this == READ && (held.contains(WRITE.wire()) || held.contains(DEPLOY.wire())));
  }

  /** Whether somebody of that role may do what needs this scope. */
  public boolean allowedTo(Role role) {
    return switch (this) {
      case READ -> true;
      case WRITE, DEPLOY -> role.compareTo(Role.DEVELOPER) >= 0;
      case ADMIN -> role.compareTo(Role.ADMIN) >= 0;
      case PEOPLE -> role == Role.OWNER;
    };
  }
}
