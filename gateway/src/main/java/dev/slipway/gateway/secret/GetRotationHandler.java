package dev.slipway.gateway.secret;

import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** One rotation as it stands. */
final class GetRotationHandler implements Endpoint {
  private final Stores stores;

  GetRotationHandler(Stores stores) {
    this.stores = stores;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return stores.rotations().get(call.path("id")).map(Reply::ok);
  }
}
