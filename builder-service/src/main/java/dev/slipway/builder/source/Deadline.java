package dev.slipway.builder.source;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Interrupts the thread that made it when its time is over, unless closed before. On a virtual
 * thread that also breaks a blocked socket, which no time-out between two bytes does when the other
 * side sends one now and then.
 */
final class Deadline implements AutoCloseable {
  private final AtomicBoolean over = new AtomicBoolean();
  private final CompletableFuture<Void> timer;
  private volatile boolean passed;

  Deadline(Duration limit) {
    var thread = Thread.currentThread();
    timer =
        CompletableFuture.runAsync(
            () -> {
              if (over.compareAndSet(false, true)) {
                passed = true;
                thread.interrupt();
              }
            },
            CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Whether the time was over. */
  boolean passed() {
    return over.get() && passed;
  }

  /** Stops the clock; an interrupt that came from it is taken back. */
  @Override
  public void close() {
    timer.cancel(false);
    if (!over.compareAndSet(false, true) && passed) {
      Thread.interrupted();
    }
  }
}
