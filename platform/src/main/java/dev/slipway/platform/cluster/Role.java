package dev.slipway.platform.cluster;

import dev.slipway.platform.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** A part of the platform that can be a process of its own. */
public interface Role {
  /** {@code gateway}, {@code builder}, {@code runtime} or {@code backup}. */
  String name();

  /**
   * What answers in the service's place until it does so itself; most roles have nobody at the
   * door. It is closed just before the service starts.
   */
  default Future<Door> door(Vertx vertx, Settings settings, Supplier<StartPhase> phase) {
    return Future.succeededFuture(Future::succeededFuture);
  }

  /**
   * Reads the role's settings and checks them, then makes the service without starting it. May
   * block.
   */
  Service on(Ground ground);

  /** Somebody at the door. */
  @FunctionalInterface
  interface Door {
    /** Leaves it; the port is free afterwards. */
    Future<Void> close();
  }
}
