package dev.slipway.gateway.node;

import dev.slipway.contracts.node.Node;
import dev.slipway.contracts.node.NodeRole;
import dev.slipway.contracts.node.NodeState;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.store.NodeStore.HeldVolume;
import java.util.List;

/** What may not be done to a host, and why. */
final class NodeRules {
  private NodeRules() {}

  /** Draining takes away replicas: somebody else must be able to run them. */
  static void mayBeDrained(Node node, List<Node> all, List<HeldVolume> volumes, boolean force) {
    if (force) {
      return;
    }
    boolean others =
        all.stream().anyMatch(other -> !other.id().equals(node.id()) && other.takesTasks());
    if (!others) {
      throw Problem.conflict(
          "last_active_node",
          "No other host takes replicas: everything that runs on " + node.name() + " would stop.",
          "Add or activate another host first, or say force.");
    }
    List<String> held =
        volumes.stream()
            .filter(volume -> volume.nodeId().equals(node.id()))
            .map(volume -> volume.applicationName() + "/" + volume.name())
            .toList();
    if (!held.isEmpty()) {
      throw Problem.conflict(
          "node_holds_volumes",
          node.name()
              + " has the data of "
              + String.join(", ", held.subList(0, Math.min(10, held.size())))
              + "; those applications run nowhere else.",
          "Stop or move those applications first, or say force: they stop until it is back.");
    }
  }

  /** A Swarm needs a manager, and more than half of its managers to agree on anything. */
  static void mayLeave(Node node, List<Node> all) {
    if (node.role() != NodeRole.MANAGER) {
      return;
    }
    List<Node> others =
        all.stream()
            .filter(other -> other.role() == NodeRole.MANAGER && !other.id().equals(node.id()))
            .filter(other -> !other.leaves())
            .toList();
    long ready = others.stream().filter(other -> other.state() == NodeState.READY).count();
    if (ready == 0) {
      throw Problem.conflict(
          "last_manager",
          node.name() + " is the only manager of the Swarm that is up and stays.",
          "Add another manager first: ./slipway node add --role manager.");
    }
    if (ready * 2 <= others.size()) {
      throw Problem.conflict(
          "quorum_lost",
          "Without it only %d of %d managers would be up, which is no majority."
              .formatted(ready, others.size()),
          "Bring the managers back that are down, or remove those first.");
    }
  }
}
