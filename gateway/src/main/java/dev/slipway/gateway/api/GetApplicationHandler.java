package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** One application. */
public final class GetApplicationHandler implements Endpoint {
  private final Stores stores;
  private final Addresses addresses;

  public GetApplicationHandler(Stores stores, Addresses addresses) {
    this.stores = stores;
    this.addresses = addresses;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return stores
        .applications()
        .get(new ApplicationId(call.path("id")))
        .map(found -> Reply.ok(ApplicationView.of(found, addresses)).version(found.version()));
  }
}
