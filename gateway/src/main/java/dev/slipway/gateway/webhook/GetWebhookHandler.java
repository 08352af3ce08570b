package dev.slipway.gateway.webhook;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** The webhook of an application, without its secret. */
final class GetWebhookHandler implements Endpoint {
  private final WebhookPage page;

  GetWebhookHandler(WebhookPage page) {
    this.page = page;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return page.of(call).map(Reply::ok);
  }
}
