package dev.slipway.gateway.http;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often somebody may do something: so many at once, and so many a second after that. Remembers
 * the last {@value #REMEMBERED} of them, so its memory is bounded; who is forgotten begins anew.
 * Lives on one event loop.
 */
public final class RateLimit {
  private static final int REMEMBERED = 10_000;

  private final int perSecond;
  private final int burst;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * A limit.
   *
   * @param perSecond 1 or more; 0: there is no limit
   * @param burst how many at once, 1 or more
   */
  public RateLimit(int perSecond, int burst) {
    this.perSecond = perSecond;
    this.burst = burst;
  }

  /** Takes one: zero when it may go on, else how long until it may. */
  public Duration take(String who) {
    if (perSecond == 0) {
      return Duration.ZERO;
    }
    ConsumptionProbe probe =
        buckets.computeIfAbsent(who, fresh -> bucket()).tryConsumeAndReturnRemaining(1);
    return probe.isConsumed()
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(1, probe.getNanosToWaitForRefill()));
  }

  private Bucket bucket() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, Duration.ofSeconds(1)))
        .build();
  }
}
