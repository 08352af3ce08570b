package dev.slipway.gateway.node;

import dev.slipway.contracts.node.Node;
import dev.slipway.contracts.node.NodeContract.Reach;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.node.NodeState;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.node.HostLooks.Look;
import dev.slipway.store.NodeStore.HeldVolume;
import dev.slipway.store.ProcessStore.Process;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Draws hosts with all that is known around them: processes, volumes, and what they lack. */
final class NodePicture {
  private final Stores stores;
  private final HostLooks looks;

  NodePicture(Stores stores, HostLooks looks) {
    this.stores = stores;
    this.looks = looks;
  }

  /** What the rows say, without asking the hosts. */
  private record Known(List<Node> nodes, List<HeldVolume> volumes, List<Process> processes) {}

  /** All hosts. */
  Future<List<NodeView>> all() {
    return known()
        .compose(known ->
            looks
                .at(known.nodes(), List.of())
                .map(heard ->
                    known.nodes().stream().map(node -> view(node, known, heard)).toList()));
  }

  /** One host, which the others are asked to reach, too. */
  Future<NodeView> one(Node wanted) {
    List<String> gossip = List.of(wanted.machine().address() + ":7946");
    return known()
        .compose(known -> looks.at(known.nodes(), gossip).map(heard -> view(wanted, known, heard)));
  }

  private Future<Known> known() {
    var nodes = stores.nodes().list();
    var volumes = stores.nodes().volumes();
    var processes = stores.processes().all();
    return Future.all(nodes, volumes, processes)
        .map(read -> new Known(nodes.result(), volumes.result(), processes.result()));
  }

  private static NodeView view(Node node, Known known, Map<NodeId, Look> heard) {
    return NodeView.of(
        node,
        known.volumes().stream().filter(volume -> volume.nodeId().equals(node.id())).toList(),
        known.processes().stream().filter(process -> isOn(process, node)).toList(),
        missing(node, known, heard));
  }

  /** A gateway and an ingress have no engine: they are known by the name of their host. */
  private static boolean isOn(Process process, Node node) {
    String engine = process.nodeId();
    return process.alive()
        && (engine == null
            ? node.machine().hostname().equals(process.host())
            : engine.equals(node.id().value()));
  }

  private static List<Missing> missing(Node node, Known known, Map<NodeId, Look> heard) {
    if (node.state() == NodeState.DOWN) {
      return List.of(Missing.down(String.valueOf(node.lostAt())));
    }
    List<Missing> missing = new ArrayList<>();
    Look own = heard.get(node.id());
    if (own == null) {
      missing.add(Missing.runtime());
    } else {
      Reach registry = own.reached().registry();
      if (registry == null && known.nodes().size() > 1) {
        missing.add(Missing.noRegistry());
      } else if (registry != null && registry.problem() != null) {
        missing.add(Missing.registry(registry.address(), registry.problem()));
      }
      if (own.clockIsOff()) {
        missing.add(Missing.clock(own.clockOffSeconds()));
      }
    }
    known.nodes().forEach(from -> unreached(from, node, heard, missing));
    return missing;
  }

  private static void unreached(
      Node from, Node node, Map<NodeId, Look> heard, List<Missing> missing) {
    Look look = heard.get(from.id());
    if (look == null || from.id().equals(node.id())) {
      return;
    }
    for (Reach reach : look.reached().addresses()) {
      if (reach.problem() != null) {
        missing.add(Missing.mesh(from.name(), reach.address(), reach.problem()));
      }
    }
  }
}
