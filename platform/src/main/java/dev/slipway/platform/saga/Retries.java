package dev.slipway.platform.saga;

import dev.slipway.platform.pg.Outage;
import java.time.Duration;

/**
 * How often and how soon a step is tried again.
 *
 * @param attempts in all, 1 or more, counted over crashes
 * @param firstDelay before the second attempt; doubled with each further one
 * @param longestDelay the limit of that doubling
 */
public record Retries(int attempts, Duration firstDelay, Duration longestDelay) {
  /** 8 attempts, 0.2 s to 5 s apart: about 20 s in all. */
  public static final Retries DEFAULT =
      new Retries(8, Duration.ofMillis(200), Duration.ofSeconds(5));

  /** What must be done in the end outlasts an outage of ten minutes at the longest delay. */
  static final int THROUGH_OUTAGE = 120;

  /**
   * Whether a failed attempt is followed by another one. What may still be given up is tried again
   * only if it may work later, as when the database went away under it, and only so often. An undo,
   * or a step after the point of no return, cannot be given up: it is tried again whatever failed,
   * and while the other side is merely away, much longer.
   */
  boolean allowAnother(int attempt, Exception failure, boolean canBeGivenUp) {
    boolean away = failure instanceof Retryable || Outage.caused(failure);
    if (canBeGivenUp) {
      return away && attempt < attempts;
    }
    return attempt < (away ? Math.max(attempts, THROUGH_OUTAGE) : attempts);
  }

  /**
   * How long to wait after the given failed attempt, beginning with {@code first} or {@link
   * #firstDelay}.
   */
  Duration delayAfter(int attempt, Duration first) {
    long base = first.isPositive() ? first.toMillis() : firstDelay.toMillis();
    long doubled = base << Math.min(Math.max(attempt - 1, 0), 20);
    return Duration.ofMillis(Math.min(doubled, Math.max(base, longestDelay.toMillis())));
  }
}
