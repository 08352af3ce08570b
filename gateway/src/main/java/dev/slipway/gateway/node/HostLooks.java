package dev.slipway.gateway.node;

import dev.slipway.contracts.node.Node;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Reached;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.node.NodeState;
import dev.slipway.gateway.api.Stores;
import dev.slipway.platform.bus.Bus;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks all hosts at once how they fare, within a bound: one that does not answer is told as such
 * and holds nobody up.
 */
final class HostLooks {
  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final double CLOCK_TOLERANCE_SECONDS = 2;

  private final Bus bus;
  private final Stores stores;

  HostLooks(Bus bus, Stores stores) {
    this.bus = bus;
    this.stores = stores;
  }

  /**
   * What one host answered.
   *
   * @param clockOffSeconds how far its clock is ahead of the database's
   */
  record Look(Reached reached, double clockOffSeconds) {
    /** Leases go by the database's time, but logs of many hosts are read side by side. */
    boolean clockIsOff() {
      return Math.abs(clockOffSeconds) > CLOCK_TOLERANCE_SECONDS;
    }
  }

  private record Answer(NodeId node, Reached reached, Instant heard) {}

  /** Looks of those that answer; hosts that are down are not asked. */
  Future<Map<NodeId, Look>> at(Collection<Node> nodes, List<String> addresses) {
    List<Future<Optional<Answer>>> asked =
        nodes.stream()
            .filter(node -> node.state() != NodeState.DOWN)
            .map(node -> ask(node.id(), addresses))
            .toList();
    return Future.join(asked)
        .compose(all -> stores.nodes().clock())
        .map(now -> looks(asked, Duration.between(Instant.now(), now)));
  }

  private Future<Optional<Answer>> ask(NodeId node, List<String> addresses) {
    return bus.ask(
            NodeContract.REACHES.at(node.value()).within(PATIENCE),
            new NodeContract.Reaches(addresses))
        .map(reached -> Optional.of(new Answer(node, reached, Instant.now())))
        .otherwise(Optional.empty());
  }

  private static Map<NodeId, Look> looks(
      List<Future<Optional<Answer>>> asked, Duration databaseAhead) {
    Map<NodeId, Look> looks = new HashMap<>();
    for (Future<Optional<Answer>> one : asked) {
      one.result()
          .ifPresent(answer -> {
            Duration off =
                Duration.between(answer.heard(), answer.reached().clock()).minus(databaseAhead);
            looks.put(answer.node(), new Look(answer.reached(), off.toMillis() / 1000.0));
          });
    }
    return looks;
  }
}
