package dev.slipway.gateway.node;

import dev.slipway.contracts.node.NodeId;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** One host; the others are asked whether they reach it. */
final class GetNodeHandler implements Endpoint {
  private final Stores stores;
  private final NodePicture picture;

  GetNodeHandler(Stores stores, NodePicture picture) {
    this.stores = stores;
    this.picture = picture;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return stores
        .nodes()
        .get(new NodeId(call.path("id")))
        .compose(node -> picture.one(node).map(view -> Reply.ok(view).version(node.version())));
  }
}
