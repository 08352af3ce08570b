package dev.slipway.runtime.service;

import dev.slipway.contracts.route.Target;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.PublishedPort;
import dev.slipway.docker.TaskInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the ingress reaches a replica. */
final class Addresses {
  private static final String LOOPBACK = "127.0.0.1";

  private final TaskAddress address;
  private final boolean severalHosts;
  private final Nodes nodes;
  private final TaskPorts ports;
  private final String networks;

  Addresses(RuntimeParts parts) {
    this.address = parts.taskAddress();
    this.severalHosts = parts.registry() != null;
    this.nodes = parts.nodes();
    this.ports = parts.ports();
    this.networks = parts.names().network("");
  }

  /** Of a container on this node; null while it has no address. */
  @Nullable Target of(ContainerInfo info, int port) {
    return switch (address) {
      case BRIDGE -> at(info.gatewayAddress(), port);
      case OVERLAY -> at(onProject(info.networks()), port);
      case PUBLISHED -> publishedHere(info, port);
    };
  }

  /**
   * Ingresses of other hosts read the same routes, so it is the node's own address wherever there
   * may be several. What published nothing began before there were, and is reached from here alone.
   */
  private @Nullable Target publishedHere(ContainerInfo info, int port) {
    int published = published(info.hostPorts(), port);
    if (published == 0) {
      return at(info.gatewayAddress(), port);
    }
    Nodes.Seen seen = nodes.lately();
    return severalHosts || !seen.alone()
        ? at(seen.node(seen.self()).map(NodeInfo::address).orElse(LOOPBACK), published)
        : new Target(LOOPBACK, published);
  }

  /** Of a task on another node; null while it has none, or one that does not lead out of it. */
  @Nullable Target of(TaskInfo task, Nodes.Seen seen, int port) {
    if (address == TaskAddress.OVERLAY) {
      return at(onProject(task.networks()), port);
    }
    int published = published(ports(task, seen), port);
    return published == 0
        ? null
        : at(seen.node(task.nodeId()).map(NodeInfo::address).orElse(null), published);
  }

  /** As its host published them. */
  List<PublishedPort> ports(TaskInfo task, Nodes.Seen seen) {
    boolean heard = seen.node(task.nodeId()).map(NodeInfo::ready).orElse(false);
    return address == TaskAddress.PUBLISHED ? ports.of(task, heard) : task.hostPorts();
  }

  /** Whether its host says that it ended, though the Swarm has not noticed yet. */
  boolean gone(TaskInfo task) {
    return ports.gone(task);
  }

  /** Of all networks only the project's is named by us. */
  private @Nullable String onProject(Map<String, String> addresses) {
    return addresses.entrySet().stream()
        .filter(network -> network.getKey().startsWith(networks))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Target at(@Nullable String host, int port) {
    return host == null || host.isEmpty() ? null : new Target(host, port);
  }

  static int published(List<PublishedPort> ports, int port) {
    return ports.stream()
        .filter(open -> open.containerPort() == port && open.hostPort() > 0)
        .mapToInt(PublishedPort::hostPort)
        .findFirst()
        .orElse(0);
  }
}
