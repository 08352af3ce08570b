package dev.slipway.gateway.node;

import dev.slipway.contracts.node.NodeAvailability;
import dev.slipway.contracts.node.NodeWork;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** Takes a host in or out of the distribution of replicas, or takes its removal back. */
final class UpdateNodeHandler implements Endpoint {
  private final NodeChange change;

  UpdateNodeHandler(NodeChange change) {
    this.change = change;
  }

  @Override
  public Future<Reply> answer(Call call) {
    NodeAvailability wanted = NodeAvailability.of(call.body().getString("availability"));
    boolean force = Boolean.TRUE.equals(call.body().getBoolean("force"));
    return change.want(
        call,
        NodeWork.Kind.to(wanted),
        force,
        (node, all, volumes) -> {
          if (wanted == NodeAvailability.DRAIN) {
            NodeRules.mayBeDrained(node, all, volumes, force);
          }
        });
  }
}
