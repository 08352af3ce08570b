package dev.slipway.contracts.problem;

import java.util.List;

/** Too much of something for now: 429, and when to come back. */
public final class RetryLater extends Problem {
  private static final long serialVersionUID = 1L;

  private final long seconds;

  /**
   * A refusal for a while.
   *
   * @param seconds until the same request may work, 1 or more
   */
  public RetryLater(String code, String detail, String remedy, long seconds) {
    super(429, code, "Too many requests", detail, remedy, List.of(), null);
    this.seconds = Math.max(1, seconds);
  }

  /** Seconds until the same request may work, for {@code Retry-After}. */
  public long seconds() {
    return seconds;
  }
}
