package dev.slipway.gateway.node;

import dev.slipway.contracts.node.Node;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.node.NodeWork;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.NodeStore.HeldVolume;
import io.vertx.core.Future;
import java.util.List;

/**
 * What all wishes for a host have in common: judged with all hosts held, written, and noted. The
 * leader of the reconcile loop hears of the row by the database's own bell.
 */
final class NodeChange {
  private final Changes changes;
  private final NodePicture picture;

  NodeChange(Changes changes, NodePicture picture) {
    this.changes = changes;
    this.picture = picture;
  }

  /** Throws when the wish must not be written. */
  interface Rule {
    void judge(Node node, List<Node> all, List<HeldVolume> volumes);
  }

  Future<Reply> want(Call call, NodeWork.Kind kind, boolean force, Rule rule) {
    NodeId id = new NodeId(call.path("id"));
    return changes
        .make(
            call, "node." + kind.wire(), id.value(), in -> written(in, call, id, kind, force, rule))
        .compose(
            node -> picture.one(node).map(view -> Reply.accepted(view).version(node.version())));
  }

  private static Future<Node> written(
      Stores in, Call call, NodeId id, NodeWork.Kind kind, boolean force, Rule rule) {
    var all = in.nodes().allHeld();
    return all.compose(held -> in.nodes().volumes())
        .compose(volumes -> {
          Node node =
              all.result().stream()
                  .filter(one -> one.id().equals(id))
                  .findFirst()
                  .orElseThrow(() -> Problem.notFound("node", id.value()));
          expected(call, node);
          if (isSo(node, kind, force)) {
            return Future.succeededFuture(node);
          }
          rule.judge(node, all.result(), volumes);
          return in.nodes()
              .want(id, kind, force, call.caller().name())
              .compose(done -> in.nodes().get(id));
        });
  }

  private static boolean isSo(Node node, NodeWork.Kind kind, boolean force) {
    NodeWork work = node.work();
    if (work != null) {
      return work.kind() == kind && work.forced() == force;
    }
    return kind != NodeWork.Kind.REMOVE && NodeWork.Kind.to(node.availability()) == kind;
  }

  private static void expected(Call call, Node node) {
    Long version = call.expectedVersion();
    if (version != null && version != node.version()) {
      throw new Problem(
          412,
          "changed_meanwhile",
          "Changed meanwhile",
          "The node has version " + node.version() + " now.",
          "Read it again, and send its ETag in If-Match.",
          List.of(),
          null);
    }
  }
}
