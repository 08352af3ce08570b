package dev.slipway.gateway.auth;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Set;

/** What a key may do. */
public enum Scope {
  /** Everything, and keys and secrets besides. */
  ADMIN,
  /** Look, at all but secrets. */
  READ,
  /** Change projects, applications and their variables; look. */
  WRITE,
  /** Deploy, roll back, start, stop and scale; look. */
  DEPLOY;

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
        || held.contains(ADMIN.wire())
        || (this == READ && (held.contains(WRITE.wire()) || held.contains(DEPLOY.wire())));
  }
}
