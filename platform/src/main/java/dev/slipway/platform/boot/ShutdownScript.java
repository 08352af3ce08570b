package dev.slipway.platform.boot;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a process goes down: steps in order, each awaited within its limit. A step that fails or is
 * late is logged and the next one runs. The hook blocks until the script is through, so the JVM
 * does not die in the middle of it.
 */
public final class ShutdownScript {
  private static final Logger LOG = LoggerFactory.getLogger(ShutdownScript.class);

  private final List<Step> steps = new ArrayList<>();
  private final AtomicBoolean begun = new AtomicBoolean();
  private final CountDownLatch finished = new CountDownLatch(1);

  /** Adds a step that ends with its future. */
  public ShutdownScript step(String name, Duration limit, Supplier<? extends Future<?>> work) {
    steps.add(new Step(name, limit, work));
    return this;
  }

  /**
   * Adds a step that blocks while it works; it runs on a virtual thread so that its limit holds.
   */
  public ShutdownScript blockingStep(String name, Duration limit, Runnable work) {
    return step(
        name,
        limit,
        () -> {
          var done = Promise.<Void>promise();
          Thread.ofVirtual()
              .name("shutdown-" + name)
              .start(() -> {
                try {
                  work.run();
                  done.complete();
                } catch (RuntimeException e) {
                  done.fail(e);
                }
              });
          return done.future();
        });
  }

  /**
   * Makes the JVM run this script when it is asked to end (SIGTERM, SIGINT, {@code System.exit}).
   */
  public void installHook() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::run, "shutdown-script"));
  }

  /**
   * Runs the script once and blocks until it is through; a second caller waits for the first. Not
   * for event loops.
   */
  public void run() {
    if (!begun.compareAndSet(false, true)) {
      awaitFinished();
      return;
    }
    for (Step step : steps) {
      run(step);
    }
    finished.countDown();
  }

  private void awaitFinished() {
    try {
      finished.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void run(Step step) {
    long started = System.nanoTime();
    try {
      step.work
          .get()
          .toCompletionStage()
          .toCompletableFuture()
          .get(step.limit.toMillis(), TimeUnit.MILLISECONDS);
      LOG.info("Shutdown: {} in {} ms", step.name, (System.nanoTime() - started) / 1_000_000);
    } catch (TimeoutException e) {
      LOG.warn("Shutdown: {} did not end within {} ms", step.name, step.limit.toMillis());
    } catch (ExecutionException | RuntimeException e) {
      LOG.warn("Shutdown: {} failed", step.name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Step(String name, Duration limit, Supplier<? extends Future<?>> work) {}
}
