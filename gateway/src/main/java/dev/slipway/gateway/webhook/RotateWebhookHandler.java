package dev.slipway.gateway.webhook;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** Makes a new secret and shows it, this one time; the one before is void at once. */
final class RotateWebhookHandler implements Endpoint {
  private final Changes changes;
  private final WebhookPage page;

  RotateWebhookHandler(Changes changes, WebhookPage page) {
    this.changes = changes;
    this.page = page;
  }

  private record View(String url, String secret) {
    /** Without the secret. */
    @Override
    public String toString() {
      return "View[url=" + url + "]";
    }
  }

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    String secret = WebhookSecret.random();
    return changes
        .make(
            call,
            "webhook.rotate",
            id.value(),
            in ->
                in.applications()
                    .get(id)
                    .compose(known -> in.webhooks().rotate(id, secret, call.caller().name())))
        .map(done -> Reply.ok(new View(page.url(call), secret)));
  }
}
