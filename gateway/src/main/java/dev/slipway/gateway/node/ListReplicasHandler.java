package dev.slipway.gateway.node;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.gateway.api.Page;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** The replicas of an application, wherever they run, and what they use. */
final class ListReplicasHandler implements Endpoint {
  private final Stores stores;
  private final ReplicaPicture picture;

  ListReplicasHandler(Stores stores, ReplicaPicture picture) {
    this.stores = stores;
    this.picture = picture;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    return stores
        .applications()
        .get(id)
        .compose(known -> picture.of(id, call.flag("stats")))
        .map(replicas -> Reply.ok(new Page<>(replicas, null)));
  }
}
