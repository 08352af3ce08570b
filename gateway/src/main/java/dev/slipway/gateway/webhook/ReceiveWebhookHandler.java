package dev.slipway.gateway.webhook;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.http.BodyReader;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.WebhookDelivery;
import dev.slipway.store.WebhookDelivery.Outcome;
import dev.slipway.store.WebhookStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a webhook's delivery: proved by its secret, put into the inbox with what comes of it, then
 * answered. An unknown application costs what a known one does.
 */
final class ReceiveWebhookHandler implements Endpoint {
  /** Deliveries in hand at a time; each holds its body. */
  private static final int MOST_AT_ONCE = 200;

  private static final String NOBODYS = WebhookSecret.random();

  private final WebhookStore webhooks;
  private final WebhookInbox inbox;
  private final Signatures signatures;
  private final Refusals refusals;
  private final Changes changes;
  private int inHand;

  ReceiveWebhookHandler(
      WebhookStore webhooks,
      WebhookInbox inbox,
      Signatures signatures,
      Refusals refusals,
      Changes changes) {
    this.webhooks = webhooks;
    this.inbox = inbox;
    this.signatures = signatures;
    this.refusals = refusals;
    this.changes = changes;
  }

  /** What the sender is told. */
  private record Receipt(
      String id,
      Outcome outcome,
      @Nullable String reason,
      @Nullable String detail,
      @Nullable String deploymentId,
      boolean repeated) {}

  @Override
  public Future<Reply> answer(Call call) {
    if (inHand >= MOST_AT_ONCE) {
      return Future.failedFuture(busy());
    }
    inHand++;
    return BodyReader.read(call.request(), call.operation().bodyLimit())
        .compose(body -> proved(call, body))
        .onComplete(done -> inHand--);
  }

  private Future<Reply> proved(Call call, Buffer body) {
    String application = call.path("id");
    var headers = call.request().headers();
    Provider provider = Provider.of(headers);
    String token = call.text("token").orElse(null);
    return webhooks
        .secret(application)
        .compose(secret -> {
          boolean fits = signatures.fit(provider, headers, token, body, secret.orElse(NOBODYS));
          if (!fits || secret.isEmpty()) {
            String address = changes.origin(call).address();
            return Future.failedFuture(refusals.refused(application, address));
          }
          var id = new ApplicationId(application);
          return inbox.take(Delivery.arrived(id, provider, headers, body)).map(this::told);
        });
  }

  private Reply told(WebhookInbox.Taken taken) {
    WebhookDelivery delivery = taken.delivery();
    var conclusion = delivery.conclusion();
    if (conclusion.deploymentId() != null && !taken.repeated()) {
      changes.ring(conclusion.deploymentId());
    }
    Receipt receipt =
        new Receipt(
            delivery.id(),
            conclusion.outcome(),
            conclusion.reason(),
            conclusion.detail(),
            conclusion.deploymentId(),
            taken.repeated());
    return conclusion.outcome() == Outcome.PING ? Reply.ok(receipt) : Reply.accepted(receipt);
  }

  private static Problem busy() {
    return new Problem(
        429,
        "too_many_requests",
        "Too many requests",
        "Too many deliveries come at this moment.",
        "Deliver it again in a few seconds.",
        List.of(),
        null);
  }
}
