package dev.slipway.platform.cluster;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Every event loop of a Vert.x, to be asked whether it still turns. */
final class EventLoops {
  private final Queue<Context> loops = new ConcurrentLinkedQueue<>();

  private EventLoops() {}

  /** Finds them: verticles are spread over the loops in turn, so as many as loops meet them all. */
  static Future<EventLoops> of(Vertx vertx, int count) {
    EventLoops all = new EventLoops();
    return vertx
        .deployVerticle(() -> all.new Guest(), new DeploymentOptions().setInstances(count))
        .map(all);
  }

  /** Succeeds when each of them has run something new. */
  Future<String> turn() {
    List<Future<Void>> turns = loops.stream().map(EventLoops::turn).toList();
    return Future.all(turns).map("");
  }

  private static Future<Void> turn(Context loop) {
    Promise<Void> turned = Promise.promise();
    loop.runOnContext(now -> turned.tryComplete());
    return turned.future();
  }

  private final class Guest extends VerticleBase {
    @Override
    public Future<?> start() {
      loops.add(context);
      return Future.succeededFuture();
    }
  }
}
