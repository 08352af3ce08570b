package dev.slipway.gateway.api;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** One API key, without the key itself. */
public final class GetKeyHandler implements Endpoint {
  private final Stores stores;

  public GetKeyHandler(Stores stores) {
    this.stores = stores;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return stores.keys().get(call.path("id"), call.caller().ownOnly()).map(Reply::ok);
  }
}
