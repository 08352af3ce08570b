package dev.slipway.gateway.secret;

import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** Asks for a rotation of keys: a row, which a runtime finds within seconds. */
final class CreateRotationHandler implements Endpoint {
  private final Stores stores;
  private final Changes changes;

  CreateRotationHandler(Stores stores, Changes changes) {
    this.stores = stores;
    this.changes = changes;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return changes
        .once(call, "secret.rotate", in -> in.rotations().request(call.caller().name()))
        .onSuccess(changes::ring)
        .compose(id -> stores.rotations().get(id))
        .map(rotation ->
            Reply.accepted(rotation).with("Location", "/api/secrets/rotations/" + rotation.id()));
  }
}
