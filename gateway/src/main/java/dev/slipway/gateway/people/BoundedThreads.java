package dev.slipway.gateway.people;

import dev.slipway.contracts.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two threads for work that takes its time, so that neither the event loop nor the machine's memory
 * suffers from many who want it at once; who comes when many wait is sent away.
 */
final class BoundedThreads {
  private static final int THREADS = 2;
  private static final int MOST_WAITING = 64;

  private final WorkerExecutor threads;
  private final AtomicInteger waiting = new AtomicInteger();

  BoundedThreads(Vertx vertx, String name) {
    threads = vertx.createSharedWorkerExecutor(name, THREADS);
  }

  <T> Future<T> run(Callable<T> work) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return Future.failedFuture(
          Problem.unavailable("Very many people sign in at this moment.", null));
    }
    return threads.executeBlocking(work, false).onComplete(done -> waiting.decrementAndGet());
  }
}
