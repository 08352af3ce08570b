package dev.slipway.gateway.webhook;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;

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
        .map(both -> {
          dev.slipway.store.WebhookDelivery found = both.resultAt(0);
          io.vertx.core.buffer.Buffer body = both.resultAt(1);
          return Reply.ok(
              new DeliveryView.Whole(
                  DeliveryView.of(found), found.headers(), body.toString(StandardCharsets.UTF_8)));
        });
  }
}
