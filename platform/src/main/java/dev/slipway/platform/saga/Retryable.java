package dev.slipway.platform.saga;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The step may well work a little later: it is run again after {@link #delay()}, doubled with each
 * attempt, as often as the runner's {@link Retries} allow. When they are used up the cause counts
 * as the failure, or this if there is none.
 */
public final class Retryable extends Exception {
  private static final long serialVersionUID = 1L;

  private final Duration delay;

  /** A failure worth another attempt after {@code delay}. */
  public Retryable(String message, @Nullable Throwable cause, Duration delay) {
    super(message, cause);
    this.delay = delay;
  }

  /** How long to wait before the second attempt. */
  public Duration delay() {
    return delay;
  }
}
