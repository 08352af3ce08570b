package dev.slipway.gateway.api;

import dev.slipway.contracts.key.ApiKey;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** The caller's API keys, all of them for the installation's own, never the keys themselves. */
public final class ListKeysHandler implements Endpoint {
  private final Stores stores;

  public ListKeysHandler(Stores stores) {
    this.stores = stores;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return stores
        .keys()
        .list(call.caller().ownOnly(), Page.wanted(call), Page.after(call))
        .map(found -> Reply.ok(Page.of(call, found, key -> key, ApiKey::id)));
  }
}
