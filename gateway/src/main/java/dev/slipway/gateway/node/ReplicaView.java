package dev.slipway.gateway.node;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.node.Node;
import dev.slipway.contracts.node.NodeContract.Container;
import dev.slipway.contracts.node.NodeContract.Port;
import dev.slipway.contracts.node.NodeContract.Task;
import dev.slipway.contracts.node.NodeContract.Usage;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.route.Target;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A replica as it looks from outside.
 *
 * @param serving the ingress sends requests to it
 * @param note what its host could not be asked, or why it does not come up
 */
record ReplicaView(
    String id,
    int slot,
    ReleaseId releaseId,
    int releaseNumber,
    @Nullable NodeId nodeId,
    @Nullable String node,
    @Nullable String containerId,
    String state,
    Health health,
    boolean serving,
    @Nullable String address,
    @Nullable Instant startedAt,
    @Nullable StatsView stats,
    @Nullable String note) {

  /** How it is, as far as anybody knows. */
  enum Health {
    HEALTHY,
    UNHEALTHY,
    STARTING,
    UNKNOWN;

    @JsonValue
    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What it uses.
   *
   * @param cpuPercent of one processor: 200 is two full ones
   */
  record StatsView(
      double cpuPercent,
      long memoryBytes,
      long memoryLimitBytes,
      long receivedBytes,
      long sentBytes,
      int processes) {
    static StatsView of(Usage usage) {
      return new StatsView(
          Math.round(usage.cpus() * 10_000) / 100.0,
          usage.memoryBytes(),
          usage.memoryLimitBytes(),
          usage.receivedBytes(),
          usage.sentBytes(),
          usage.processes());
    }
  }

  /**
   * Where it is.
   *
   * @param silent its host does not answer
   */
  record Place(@Nullable Node node, boolean silent) {}

  static ReplicaView of(
      Task task,
      int releaseNumber,
      Place place,
      @Nullable Container container,
      @Nullable Target target,
      @Nullable Usage usage) {
    Node node = place.node();
    return new ReplicaView(
        task.id(),
        task.slot(),
        task.releaseId(),
        releaseNumber,
        task.nodeId(),
        node == null ? null : node.name(),
        task.containerId(),
        task.state(),
        health(task, container, target),
        target != null,
        target == null ? firstOf(task.addresses()) : target.host() + ":" + target.port(),
        container == null ? null : container.startedAt(),
        usage == null ? null : StatsView.of(usage),
        note(task, place));
  }

  /** What is routed to has passed its checks; an image's own check knows better. */
  private static Health health(Task task, @Nullable Container container, @Nullable Target target) {
    String check = container == null ? "none" : container.health();
    return switch (check) {
      case "healthy" -> Health.HEALTHY;
      case "unhealthy" -> Health.UNHEALTHY;
      case "starting" -> Health.STARTING;
      default ->
          target != null
              ? Health.HEALTHY
              : task.state().equals("running") ? Health.UNKNOWN : Health.STARTING;
    };
  }

  private static @Nullable String note(Task task, Place place) {
    String error = task.error();
    if (error != null && !error.isEmpty()) {
      return error;
    }
    Node node = place.node();
    return place.silent()
        ? (node == null ? "Its host" : node.name())
            + " does not answer: what its replicas use and how they are is not known just now."
        : null;
  }

  private static @Nullable String firstOf(List<String> addresses) {
    return addresses.isEmpty() ? null : addresses.getFirst();
  }

  /** The route's target that leads to this replica; null when none does. */
  static @Nullable Target target(
      Task task, @Nullable Node node, @Nullable Container container, Set<Target> targets) {
    Set<String> own = new HashSet<>(task.addresses());
    String gateway = container == null ? null : container.gatewayAddress();
    if (gateway != null) {
      own.add(gateway);
    }
    List<Port> told = container == null ? null : container.ports();
    Set<Integer> ports = new HashSet<>(task.hostPorts());
    if (told != null) {
      told.forEach(port -> ports.add(port.hostPort()));
    }
    String host = node == null ? "" : node.machine().address();
    return targets.stream()
        .filter(target ->
            own.contains(target.host())
                || (ports.contains(target.port())
                    && (target.host().equals(host) || target.host().equals("127.0.0.1"))))
        .findFirst()
        .orElse(null);
  }
}
