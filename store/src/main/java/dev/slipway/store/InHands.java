package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;

/** A deployment works on the application: look at it again when that has ended. */
public final class InHands extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InHands(ApplicationId application) {
    super("A deployment works on " + application.value() + ".", null, false, false);
  }
}
