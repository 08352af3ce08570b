package dev.slipway.gateway.webhook;

import dev.slipway.store.WebhookDelivery;
import dev.slipway.store.WebhookDelivery.Outcome;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A delivery as it looks from outside. */
record DeliveryView(
    String id,
    String provider,
    String senderId,
    String event,
    Outcome outcome,
    @Nullable String reason,
    @Nullable String detail,
    @Nullable String branch,
    @Nullable String tag,
    @Nullable String commitSha,
    @Nullable String commitMessage,
    @Nullable String pusher,
    @Nullable String deploymentId,
    @Nullable String replayOf,
    int attempts,
    Instant receivedAt,
    Instant lastReceivedAt) {

  /** The same with all that was sent, but for what proves the sender. */
  record Whole(DeliveryView delivery, Map<String, String> headers, @Nullable String body) {}

  static DeliveryView of(WebhookDelivery delivery) {
    var told = delivery.conclusion();
    return new DeliveryView(
        delivery.id(),
        delivery.provider(),
        delivery.senderId(),
        delivery.event(),
        told.outcome(),
        told.reason(),
        told.detail(),
        told.branch(),
        told.tag(),
        told.commit(),
        told.message(),
        told.pusher(),
        told.deploymentId(),
        delivery.replayOf(),
        delivery.attempts(),
        delivery.receivedAt(),
        delivery.lastReceivedAt());
  }
}
