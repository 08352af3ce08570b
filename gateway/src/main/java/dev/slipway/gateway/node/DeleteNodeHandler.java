package dev.slipway.gateway.node;

import dev.slipway.contracts.node.NodeWork;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** Takes a host out of the Swarm: its replicas first, then the host. */
final class DeleteNodeHandler implements Endpoint {
  private final NodeChange change;

  DeleteNodeHandler(NodeChange change) {
    this.change = change;
  }

  @Override
  public Future<Reply> answer(Call call) {
    boolean force = call.flag("force");
    return change.want(
        call,
        NodeWork.Kind.REMOVE,
        force,
        (node, all, volumes) -> {
          NodeRules.mayLeave(node, all);
          NodeRules.mayBeDrained(node, all, volumes, force);
        });
  }
}
