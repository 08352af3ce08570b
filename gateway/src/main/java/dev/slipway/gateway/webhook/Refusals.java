package dev.slipway.gateway.webhook;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.health.Counters;
import dev.slipway.store.WebhookStore;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is refused: answered in one way, whatever was wrong, and counted. Nothing that was sent is
 * kept, and however much comes, the counts are one write a second. Lives on one event loop.
 */
final class Refusals {
  /** Refused calls of one address in a minute; beyond it the answer is "too many". */
  static final int A_MINUTE = 60;

  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final Counters.Counter ALL =
      Counters.named(
          "slipway_webhooks_refused_total", "Webhook calls that did not prove to know the secret");
  private static final int REMEMBERED = 1_000;
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration GATHERED = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final WebhookStore webhooks;
  private final Map<String, Long> untold = new HashMap<>();
  private final Map<String, Window> addresses =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
          return size() > REMEMBERED;
        }
      };

  Refusals(Vertx vertx, WebhookStore webhooks) {
    this.vertx = vertx;
    this.webhooks = webhooks;
  }

  private record Window(long began, int refused) {}

  /** Counts a refused call and tells what to answer. */
  Problem refused(String application, String address) {
    ALL.increment();
    if (untold.isEmpty()) {
      vertx.setTimer(GATHERED.toMillis(), due -> tell());
    }
    if (untold.containsKey(application) || untold.size() < REMEMBERED) {
      untold.merge(application, 1L, Long::sum);
    }
    return isFlood(address) ? tooMany() : refused();
  }

  private boolean isFlood(String address) {
    long now = System.nanoTime();
    Window known = addresses.get(address);
    Window window =
        known == null || now - known.began() > MINUTE.toNanos()
            ? new Window(now, 1)
            : new Window(known.began(), known.refused() + 1);
    addresses.put(address, window);
    return window.refused() > A_MINUTE;
  }

  private void tell() {
    Map<String, Long> counts = Map.copyOf(untold);
    untold.clear();
    webhooks
        .refused(counts)
        .onFailure(failure ->
            LOG.warn("{} counts of refused webhooks could not be kept", counts.size(), failure));
  }

  /** The same for an unknown application, a missing secret, a missing and a wrong signature. */
  private static Problem refused() {
    return new Problem(
        401,
        "webhook_refused",
        "Not taken",
        "There is no such webhook, or the delivery does not prove to know its secret.",
        "Compare address and secret with ./slipway webhook show APP; ./slipway webhook rotate APP makes a new secret.",
        List.of(),
        null);
  }

  private static Problem tooMany() {
    return new Problem(
        429,
        "too_many_requests",
        "Too many requests",
        "Too many deliveries from this address were refused within a minute.",
        "Mend the address or the secret at the sender, and wait a minute.",
        List.of(),
        null);
  }
}
