package dev.slipway.runtime.node;

import dev.slipway.contracts.node.Node;
import dev.slipway.contracts.node.NodeAvailability;
import dev.slipway.contracts.node.NodeRole;
import dev.slipway.contracts.node.NodeState;
import dev.slipway.contracts.node.NodeWork;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.platform.lease.Lease;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.NodeStore;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what is wanted of one host, a step each time it is looked at.
 *
 * <pre>
 *   activate, pause: tell the Swarm -> done
 *   drain:           requests go past it -> tell the Swarm -> its replicas have ended -> done
 *   remove:          as drain -> a worker -> it has left, or forced -> forgotten (and its row gone)
 * </pre>
 */
final class NodeWishes {
  private static final Logger LOG = LoggerFactory.getLogger(NodeWishes.class);

  private final NodeStore nodes;
  private final DockerEngine engine;
  private final String installation;
  private final Detour detour;

  NodeWishes(NodeStore nodes, DockerEngine engine, String installation, Detour detour) {
    this.nodes = nodes;
    this.engine = engine;
    this.installation = installation;
    this.detour = detour;
  }

  /** Goes as far as it can now; true when nothing is wanted any more. */
  boolean step(Lease lease, Node node, NodeWork work) throws InterruptedException {
    Optional<String> waitsFor = tried(node, work);
    if (waitsFor.isPresent()) {
      nodes.waits(lease, node, work, waitsFor.get()).await();
      return false;
    }
    LOG.info("The node {} ({}) is done with: {}", node.name(), node.id(), work.kind().wire());
    nodes.done(lease, node, work).await();
    return true;
  }

  private Optional<String> tried(Node node, NodeWork work) throws InterruptedException {
    try {
      return switch (work.kind()) {
        case ACTIVATE -> told(node, NodeAvailability.ACTIVE);
        case PAUSE -> told(node, NodeAvailability.PAUSE);
        case DRAIN -> drained(node);
        case REMOVE -> removed(node, work);
      };
    } catch (DockerProblem.Cancelled stopped) {
      throw stopped;
    } catch (DockerProblem refused) {
      return Optional.of("The Swarm does not do it yet: " + refused.getMessage());
    }
  }

  private Optional<String> told(Node node, NodeAvailability wanted) {
    if (node.availability() != wanted) {
      engine.setNodeAvailability(node.id().value(), NodeInfo.Availability.valueOf(wanted.name()));
    }
    return Optional.empty();
  }

  /** Nobody can tell what still runs on a host that is down; its replicas are elsewhere by now. */
  private Optional<String> drained(Node node) throws InterruptedException {
    if (node.availability() != NodeAvailability.DRAIN
        && node.state() != NodeState.DOWN
        && !detour.taken()) {
      // A host must be emptied although an ingress is slow to say that it knows.
      LOG.warn("The node {} is emptied while requests may still be sent to it", node.name());
    }
    Optional<String> waitsFor = told(node, NodeAvailability.DRAIN);
    if (waitsFor.isPresent() || node.state() == NodeState.DOWN) {
      return waitsFor;
    }
    long running = running(node);
    return running == 0
        ? Optional.empty()
        : Optional.of(
            running == 1
                ? "One replica still ends on it."
                : running + " replicas still end on it.");
  }

  /** Those that are to end but have not, too: they have their grace. */
  private long running(Node node) {
    return engine.services(Labels.ours(installation)).stream()
        .map(ServiceInfo::id)
        .flatMap(service -> engine.tasks(service).stream())
        .filter(task -> node.id().value().equals(task.nodeId()))
        .filter(task -> task.containerId() != null && !task.state().ended())
        .count();
  }

  private Optional<String> removed(Node node, NodeWork work) throws InterruptedException {
    boolean gone = node.state() == NodeState.DOWN;
    Optional<String> waitsFor = drained(node);
    if (waitsFor.isPresent() && !work.forced()) {
      return waitsFor;
    }
    if (node.role() == NodeRole.MANAGER) {
      engine.setNodeRole(node.id().value(), NodeInfo.Role.WORKER);
      return Optional.of("It hands over what it knows as a manager.");
    }
    if (!gone && !work.forced()) {
      return Optional.of("Nothing runs on it any more: run 'docker swarm leave' on it.");
    }
    engine.removeNode(node.id().value(), work.forced());
    return Optional.of("It is out of the Swarm."); // its row goes with the next look
  }
}
