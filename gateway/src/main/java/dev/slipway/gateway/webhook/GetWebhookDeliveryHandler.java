package dev.slipway.gateway.webhook;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.WebhookDelivery;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One delivery with its headers and body, as far as they are no secrets. */
final class GetWebhookDeliveryHandler implements Endpoint {
  private final Stores stores;

  GetWebhookDeliveryHandler(Stores stores) {
    this.stores = stores;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    String delivery = call.path("delivery");
    return stores
        .applications()
        .get(id)
        .compose(known ->
            Future.all(stores.webhooks().get(id, delivery), stores.webhooks().body(id, delivery)))
        .map(both -> whole(both.resultAt(0), both.resultAt(1)));
  }

  private static Reply whole(WebhookDelivery delivery, Optional<Buffer> body) {
    return Reply.ok(
        new DeliveryView.Whole(
            DeliveryView.of(delivery),
            delivery.headers(),
            body.map(bytes -> bytes.toString(StandardCharsets.UTF_8)).orElse(null)));
  }
}
