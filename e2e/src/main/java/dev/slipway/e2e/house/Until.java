package dev.slipway.e2e.house;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, never for a time. */
public final class Until {
  private Until() {}

  /**
   * Looks every {@code pace} until the condition holds.
   *
   * @return how long that took, in nanoseconds
   * @throws IllegalStateException with {@code what} when the limit is over first
   */
  public static long holds(String what, Duration limit, Duration pace, BooleanSupplier condition) {
    return holds(() -> what, limit, pace, condition);
  }

  public static long holds(
      Supplier<String> what, Duration limit, Duration pace, BooleanSupplier condition) {
    long began = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - began > limit.toNanos()) {
        throw new IllegalStateException("not within " + limit + ": " + what.get());
      }
      LockSupport.parkNanos(pace.toNanos());
    }
    return System.nanoTime() - began;
  }
}
