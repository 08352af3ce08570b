package dev.slipway.gateway.http;

import io.vertx.core.Future;

/** What answers one operation. It runs on the event loop: compose futures, never block. */
@FunctionalInterface
public interface Endpoint {
  /**
   * The answer to a call that fits the contract; fails with a {@code Problem} when it cannot be
   * done.
   */
  Future<Reply> answer(Call call);
}
