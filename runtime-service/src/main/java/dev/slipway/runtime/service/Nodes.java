package dev.slipway.runtime.service;

import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.NodeInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of the Swarm, as this engine's manager saw them a moment ago. A Swarm of one costs no
 * question in the middle of a deployment: whoever joins is noticed by the reconcile loop's own
 * look.
 */
public final class Nodes {
  private static final long ALONE_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long SEVERAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final DockerEngine engine;
  private volatile @Nullable String self;
  private volatile @Nullable Seen last;

  public Nodes(DockerEngine engine) {
    this.engine = engine;
  }

  /**
   * All nodes at one moment.
   *
   * @param self the node of this process's engine
   */
  public record Seen(String self, Map<String, NodeInfo> nodes, long nanos) {

    /** Whatever runs, runs here. */
    public boolean alone() {
      return nodes.size() <= 1;
    }

    /** Whether a task of this node is another's than this engine's. */
    public boolean elsewhere(@Nullable String nodeId) {
      return nodeId != null && !nodeId.equals(self);
    }

    public Optional<NodeInfo> node(@Nullable String nodeId) {
      return Optional.ofNullable(nodeId == null ? null : nodes.get(nodeId));
    }

    /** Whether nothing on this node can be relied on any more. */
    public boolean lost(@Nullable String nodeId) {
      return node(nodeId).map(NodeInfo::lost).orElse(true);
    }

    /** Whether the Swarm hears all of them. */
    public boolean whole() {
      return nodes.values().stream().allMatch(NodeInfo::ready);
    }

    /** Those that take tasks, this engine's first. */
    public List<NodeInfo> open() {
      return nodes.values().stream()
          .filter(node -> node.ready() && node.availability() == NodeInfo.Availability.ACTIVE)
          .sorted((a, b) -> Boolean.compare(elsewhere(a.id()), elsewhere(b.id())))
          .toList();
    }
  }

  /** Asks the engine. */
  public Seen now() {
    Map<String, NodeInfo> nodes =
        engine.nodes().stream().collect(Collectors.toMap(NodeInfo::id, Function.identity()));
    Seen seen = new Seen(self(), nodes, System.nanoTime());
    last = seen;
    return seen;
  }

  /** As seen within the last second, or 15 s as long as there is one node only. */
  public Seen lately() {
    Seen known = last;
    if (known == null) {
      return now();
    }
    long age = System.nanoTime() - known.nanos();
    return age < (known.alone() ? ALONE_NANOS : SEVERAL_NANOS) ? known : now();
  }

  private String self() {
    String known = self;
    if (known == null) {
      known = String.valueOf(engine.info().nodeId());
      self = known;
    }
    return known;
  }
}
