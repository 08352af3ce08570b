package dev.slipway.gateway.auth;

import java.util.Locale;

/** Who alone may call an operation, whatever else he may; {@code x-by}. */
public enum By {
  /** Whoever has the scope. */
  ANYONE,
  /** A person's own session: no key, which others may hold. */
  SESSION,
  /** A key of the installation: no person, however great. */
  OPERATOR;

  /** The one of that name, which must be one. */
  public static By of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  void require(Caller caller) {
    boolean signedIn = caller.person() != null && caller.person().sessionId() != null;
    if (this == SESSION && !signedIn) {
      throw Refusals.sessionNeeded();
    }
    if (this == OPERATOR && !caller.isInstallation()) {
      throw Refusals.operatorNeeded();
    }
  }
}
