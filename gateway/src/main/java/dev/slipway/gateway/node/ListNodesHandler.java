package dev.slipway.gateway.node;

import dev.slipway.gateway.api.Page;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** The hosts of the Swarm, with what runs on them and what they lack. */
final class ListNodesHandler implements Endpoint {
  private final NodePicture picture;

  ListNodesHandler(NodePicture picture) {
    this.picture = picture;
  }

  /** A Swarm has few hosts: they are one page. */
  @Override
  public Future<Reply> answer(Call call) {
    return picture.all().map(nodes -> Reply.ok(new Page<>(nodes, null)));
  }
}
