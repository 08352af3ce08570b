package dev.slipway.platform.bus;

import io.vertx.core.Future;

/** A place on the bus that is listened to until it is ended. */
@FunctionalInterface
public interface Subscription {
  /** Stops listening; what is being answered is still answered. */
  Future<Void> end();
}
