package dev.slipway.gateway.webhook;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.gateway.api.Page;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.WebhookDelivery;
import io.vertx.core.Future;

/** The inbox of an application, newest first. */
final class ListWebhookDeliveriesHandler implements Endpoint {
  private final Stores stores;

  ListWebhookDeliveriesHandler(Stores stores) {
    this.stores = stores;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    String before = Page.after(call);
    return stores
        .applications()
        .get(id)
        .compose(known -> stores.webhooks().list(id, before, Page.wanted(call)))
        .map(found -> Reply.ok(Page.of(call, found, DeliveryView::of, WebhookDelivery::id)));
  }
}
