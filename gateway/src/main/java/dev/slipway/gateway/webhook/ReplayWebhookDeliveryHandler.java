package dev.slipway.gateway.webhook;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.WebhookDelivery;
import dev.slipway.store.WebhookStore.Arrival;
import io.vertx.core.Future;

/**
 * Carries a delivery out again: by the rules of now, but for those that only save needless
 * deployments.
 */
final class ReplayWebhookDeliveryHandler implements Endpoint {
  private final Stores stores;
  private final Changes changes;

  ReplayWebhookDeliveryHandler(Stores stores, Changes changes) {
    this.stores = stores;
    this.changes = changes;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    String operator = call.caller().name();
    return changes
        .once(
            call,
            "webhook.replay",
            in ->
                again(in, id, call.path("delivery"))
                    .compose(arrival -> WebhookInbox.replay(in, arrival, operator))
                    .map(WebhookDelivery::id))
        .compose(made -> stores.webhooks().get(id, made))
        .map(made -> {
          String deployment = made.conclusion().deploymentId();
          if (deployment != null) {
            changes.ring(deployment);
          }
          return Reply.accepted(DeliveryView.of(made));
        });
  }

  private static Future<Arrival> again(Stores in, ApplicationId application, String delivery) {
    String id = FreshId.of("whd");
    return in.applications()
        .get(application)
        .compose(known -> in.webhooks().get(application, delivery))
        .compose(before ->
            in.webhooks()
                .body(application, delivery)
                .map(body ->
                    new Arrival(
                        id,
                        application,
                        before.provider(),
                        id,
                        before.event(),
                        before.headers(),
                        body.orElseThrow(() -> bodyGone(before)),
                        null,
                        before.id())));
  }

  private static Problem bodyGone(WebhookDelivery delivery) {
    return Problem.conflict(
        "body_gone",
        "What delivery '" + delivery.id() + "' said is not kept any more.",
        "Ask for a deployment instead, or let the sender deliver it again.");
  }
}
