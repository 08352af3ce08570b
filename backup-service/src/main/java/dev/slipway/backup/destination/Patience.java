package dev.slipway.backup.destination;

import java.time.Duration;

/**
 * How long a destination in the network may take.
 *
 * @param silence the longest wait for a connection, and for the next byte or answer
 * @param attempt the longest time that one request may take, its content of up to 32 MiB included
 * @param call the longest time for a request with all its repetitions
 * @param attempts how often a request is tried
 * @param backoff the pause before the first repetition; each later one is about twice as long, up
 *     to 20 s
 */
record Patience(Duration silence, Duration attempt, Duration call, int attempts, Duration backoff) {
  /** For one part of an object over a slow line that goes on all the time. */
  private static final Duration LEAST_ATTEMPT = Duration.ofMinutes(3);

  private static final Duration LEAST_CALL = Duration.ofMinutes(10);

  static final Patience DEFAULT = of(Duration.ofSeconds(30));

  /**
   * All of it in proportion to the longest silence. A silence that is short makes a part no
   * smaller: what it takes has its floor.
   */
  static Patience of(Duration silence) {
    return new Patience(
        silence,
        longer(silence.multipliedBy(6), LEAST_ATTEMPT),
        longer(silence.multipliedBy(20), LEAST_CALL),
        5,
        silence.dividedBy(60));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** The pause before this repetition, counted from 1. */
  Duration pause(int repetition) {
    var pause = backoff.multipliedBy(1L << Math.min(repetition - 1, 10));
    return pause.compareTo(Duration.ofSeconds(20)) > 0 ? Duration.ofSeconds(20) : pause;
  }
}
