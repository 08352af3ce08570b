package dev.slipway.runtime.node;

import dev.slipway.contracts.node.Machine;
import dev.slipway.contracts.node.Node;
import dev.slipway.contracts.node.NodeAvailability;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.node.NodeRole;
import dev.slipway.contracts.node.NodeState;
import dev.slipway.contracts.node.NodeWork;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.TaskInfo;
import dev.slipway.platform.lease.Lease;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.NodeStore;
import dev.slipway.store.NodeStore.Seen;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The leader's part with hosts: it writes down what the Swarm shows and carries out what their
 * operator wants. Wishes are rows, so a leader that dies half-way leaves its successor all it
 * needs; what it does to the Swarm may be done twice.
 */
public final class NodeSync {
  /** While something is wanted that is not done. */
  static final Duration AT_WORK = Duration.ofSeconds(1);

  /** The Swarm itself takes some 15 s to notice that a host is gone. */
  private static final Duration MANY = Duration.ofSeconds(5);

  /** A Swarm of one has nothing to tell of others, and an idle platform shall stay idle. */
  private static final Duration ALONE = Duration.ofSeconds(20);

  private final NodeStore nodes;
  private final DockerEngine engine;
  private final String installation;
  private final NodeWishes wishes;

  public NodeSync(NodeStore nodes, DockerEngine engine, String installation, Detour detour) {
    this.nodes = nodes;
    this.engine = engine;
    this.installation = installation;
    this.wishes = new NodeWishes(nodes, engine, installation, detour);
  }

  /**
   * One look at all hosts, and one step with each that something is wanted of. Blocks.
   *
   * @param lease of the reconcile loop, carried by every write
   * @return when another look is due, unless somebody rings before
   */
  public Duration pass(Lease lease) throws InterruptedException {
    nodes.seen(lease, seen()).await();
    List<Node> rows = nodes.list().await();
    boolean atWork = false;
    for (Node node : rows) {
      NodeWork work = node.work();
      if (work != null) {
        atWork |= !wishes.step(lease, node, work);
      }
    }
    return atWork ? AT_WORK : rows.size() > 1 ? MANY : ALONE;
  }

  private List<Seen> seen() {
    Map<String, Integer> replicas = new HashMap<>();
    for (TaskInfo task : engine.tasks(Labels.ours(installation))) {
      String node = task.nodeId();
      if (node != null && !task.state().ended()) {
        replicas.merge(node, 1, Integer::sum);
      }
    }
    return engine.nodes().stream()
        .map(info -> seen(info, replicas.getOrDefault(info.id(), 0)))
        .toList();
  }

  private static Seen seen(NodeInfo info, int replicas) {
    return new Seen(
        new NodeId(info.id()),
        new Machine(
            info.hostname(),
            info.address(),
            info.engineVersion(),
            info.processors(),
            info.memoryBytes()),
        NodeRole.of(info.role().name()),
        info.leader(),
        NodeState.of(info.state().name()),
        NodeAvailability.of(info.availability().name()),
        replicas);
  }
}
