package dev.slipway.gateway.webhook;

import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Api;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.secrets.Vault;
import java.time.InstantSource;

/** The operations on webhooks, and the one class that answers each. */
public final class WebhookOperations {
  private final Stores stores;
  private final Changes changes;
  private final Database database;
  private final Vault vault;

  public WebhookOperations(Stores stores, Changes changes, Database database, Vault vault) {
    this.stores = stores;
    this.changes = changes;
    this.database = database;
    this.vault = vault;
  }

  /**
   * Offers them all.
   *
   * @param publicUrl where senders reach the API; empty: as whoever asks for it does
   */
  public void offer(Api api, String publicUrl) {
    WebhookPage page = new WebhookPage(stores, publicUrl);
    ReceiveWebhookHandler receive =
        new ReceiveWebhookHandler(
            stores.webhooks(),
            new WebhookInbox(database, vault),
            new Signatures(InstantSource.system()),
            new Refusals(database.vertx(), stores.webhooks()),
            changes);
    api.offer("receiveWebhook", receive)
        .offer("receiveWebhookToDeploy", receive)
        .offer("getWebhook", new GetWebhookHandler(page))
        .offer("rotateWebhook", new RotateWebhookHandler(changes, page))
        .offer("listWebhookDeliveries", new ListWebhookDeliveriesHandler(stores))
        .offer("getWebhookDelivery", new GetWebhookDeliveryHandler(stores))
        .offer("replayWebhookDelivery", new ReplayWebhookDeliveryHandler(stores, changes));
  }
}
