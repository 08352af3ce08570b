package dev.slipway.gateway.webhook;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.store.WebhookDelivery;
import dev.slipway.store.WebhookStore.Setup;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the webhook of an application is set up, and what came last. */
final class WebhookPage {
  private final Stores stores;
  private final String publicUrl;

  /**
   * Makes one.
   *
   * @param publicUrl where senders reach the API; empty: as the caller reached it
   */
  WebhookPage(Stores stores, String publicUrl) {
    this.stores = stores;
    this.publicUrl = publicUrl;
  }

  /** As it looks from outside. */
  record View(
      String url,
      boolean secretSet,
      @Nullable String rotatedBy,
      @Nullable Instant rotatedAt,
      long refused,
      @Nullable Instant lastRefusedAt,
      @Nullable DeliveryView lastDelivery) {}

  Future<View> of(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    return stores
        .applications()
        .get(id)
        .compose(
            known -> Future.all(stores.webhooks().setup(id), stores.webhooks().list(id, "", 1)))
        .map(both -> view(url(call), both.resultAt(0), both.resultAt(1)));
  }

  private static View view(String url, Setup setup, List<WebhookDelivery> last) {
    return new View(
        url,
        setup.rotatedAt() != null,
        setup.rotatedBy(),
        setup.rotatedAt(),
        setup.refused(),
        setup.lastRefusedAt(),
        last.isEmpty() ? null : DeliveryView.of(last.getFirst()));
  }

  /** Where senders deliver to. */
  String url(Call call) {
    var request = call.request();
    var reached = request.authority();
    String base =
        !publicUrl.isEmpty()
            ? publicUrl
            : request.scheme() + "://" + (reached == null ? "127.0.0.1" : reached);
    return base + "/api/webhooks/" + call.path("id");
  }
}
