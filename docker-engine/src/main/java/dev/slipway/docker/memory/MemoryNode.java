package dev.slipway.docker.memory;

import dev.slipway.docker.NodeInfo;
import java.util.List;
import java.util.Locale;

/** One host of the twin's Swarm: its own images, volumes and events. */
final class MemoryNode {
  static final String FIRST = "memory-node";
  final String id;
  final String hostname;

  /** On which the published ports of its containers answer. */
  final String address;

  final MemoryShelf shelf;
  final MemoryEvents events = new MemoryEvents();
  NodeInfo.Role role;
  NodeInfo.Availability availability = NodeInfo.Availability.ACTIVE;
  NodeInfo.State state = NodeInfo.State.READY;
  long version = 1;

  MemoryNode(int number, String hostname, NodeInfo.Role role, MemoryRegistry registry) {
    this.id = number == 1 ? FIRST : FIRST + "-" + number;
    this.hostname = hostname;
    this.address = "127.199.0." + number;
    this.role = role;
    this.shelf = new MemoryShelf(registry);
  }

  boolean takesTasks(List<String> constraints) {
    return state == NodeInfo.State.READY
        && availability == NodeInfo.Availability.ACTIVE
        && constraints.stream().allMatch(this::meets);
  }

  private boolean meets(String constraint) {
    var not = constraint.contains("!=");
    var parts = constraint.split(not ? "!=" : "==", 2);
    var value =
        switch (parts[0].strip()) {
          case "node.id" -> id;
          case "node.hostname" -> hostname;
          case "node.role" -> role.name().toLowerCase(Locale.ROOT);
          default -> throw new IllegalArgumentException("the twin does not know " + constraint);
        };
    return not != value.equals(parts[1].strip());
  }

  boolean ready() {
    return state == NodeInfo.State.READY;
  }

  boolean drains() {
    return availability == NodeInfo.Availability.DRAIN;
  }

  boolean manager() {
    return role == NodeInfo.Role.MANAGER;
  }

  NodeInfo info(boolean leader) {
    return new NodeInfo(
        id,
        version,
        hostname,
        address,
        role,
        availability,
        state,
        leader,
        manager() ? address + ":2377" : null,
        "memory",
        2,
        4L << 30);
  }
}
