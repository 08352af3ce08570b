package dev.slipway.runtime.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;

/**
 * Does blocking work beside the event loop, on a virtual thread of its own. How many at once is
 * limited by the bus, which refuses questions beyond what an answerer admits.
 */
public final class Aside {
  private final Vertx vertx;

  public Aside(Vertx vertx) {
    this.vertx = vertx;
  }

  /** What the work returns or throws, back on the caller's context. */
  public <T> Future<T> run(Callable<T> work) {
    Promise<T> done = Promise.promise();
    var context = vertx.getOrCreateContext();
    Thread.ofVirtual()
        .start(() -> {
          try {
            T result = work.call();
            context.runOnContext(back -> done.complete(result));
          } catch (Exception e) {
            context.runOnContext(back -> done.fail(e));
          }
        });
    return done.future();
  }
}
