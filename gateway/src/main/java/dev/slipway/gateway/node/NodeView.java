package dev.slipway.gateway.node;

import dev.slipway.contracts.node.Node;
import dev.slipway.contracts.node.NodeAvailability;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.node.NodeRole;
import dev.slipway.contracts.node.NodeState;
import dev.slipway.contracts.node.NodeWork;
import dev.slipway.store.NodeStore.HeldVolume;
import dev.slipway.store.ProcessStore.Process;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A host as it looks from outside. */
record NodeView(
    NodeId id,
    String hostname,
    String address,
    NodeRole role,
    boolean leader,
    NodeState state,
    NodeAvailability availability,
    String engineVersion,
    int cpus,
    long memoryBytes,
    int replicas,
    List<HeldVolume> volumes,
    List<ProcessView> processes,
    @Nullable NodeWork work,
    List<Missing> missing,
    Instant firstSeenAt,
    Instant lastSeenAt,
    @Nullable Instant lostAt) {

  /** A process of the platform on a host. */
  record ProcessView(String id, String role, boolean ready) {}

  static NodeView of(
      Node node, List<HeldVolume> volumes, List<Process> processes, List<Missing> missing) {
    return new NodeView(
        node.id(),
        node.machine().hostname(),
        node.machine().address(),
        node.role(),
        node.leader(),
        node.state(),
        node.availability(),
        node.machine().engineVersion(),
        node.machine().cpus(),
        node.machine().memoryBytes(),
        node.replicas(),
        volumes,
        processes.stream()
            .map(process -> new ProcessView(process.id(), process.role(), process.ready()))
            .toList(),
        node.work(),
        missing,
        node.firstSeenAt(),
        node.lastSeenAt(),
        node.lostAt());
  }
}
