package dev.slipway.runtime.service;

import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.TaskInfo;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops services and waits until nothing of them runs any more, on any node. */
public final class Stillness {
  private static final Logger LOG = LoggerFactory.getLogger(Stillness.class);
  private static final Duration GONE_WITHIN = Duration.ofSeconds(30);

  private final DockerEngine engine;
  private final EngineWatch watch;
  private final Names names;
  private final Nodes nodes;
  private final Launcher launcher;

  public Stillness(RuntimeParts parts, EngineWatch watch, Launcher launcher) {
    this.engine = parts.engine();
    this.watch = watch;
    this.names = parts.names();
    this.nodes = parts.nodes();
    this.launcher = launcher;
  }

  /**
   * Scales to nothing and waits until no container runs any more: what writes to a volume must have
   * ended before its successor begins.
   *
   * @return false when some still run after 30 s
   */
  public boolean stopAndWait(ServiceInfo service, Warrant warrant) throws InterruptedException {
    launcher.stop(service, warrant);
    Map<String, String> labels = new HashMap<>(Labels.ours(names.installation()));
    labels.put(Labels.RELEASE, service.labels().getOrDefault(Labels.RELEASE, ""));
    long deadline = System.nanoTime() + GONE_WITHIN.toNanos();
    Set<String> told = new HashSet<>();
    while (true) {
      long seen = watch.moments();
      List<ContainerSummary> alive =
          engine.containers(labels).stream().filter(Stillness::alive).toList();
      if (alive.isEmpty() && nothingElsewhere(service)) {
        return true;
      }
      warrant.check(); // what runs now may be what a successor started
      alive.stream().filter(c -> told.add(c.id())).forEach(c -> tellToStop(c.id()));
      if (System.nanoTime() > deadline) {
        return false;
      }
      watch.await(seen, Duration.ofMillis(250));
    }
  }

  private static boolean alive(ContainerSummary container) {
    return switch (container.state()) {
      case CREATED, RUNNING, PAUSED, RESTARTING -> true; // a paused one may go on at any moment
      case REMOVING, EXITED, DEAD -> false;
    };
  }

  private boolean nothingElsewhere(ServiceInfo service) {
    Nodes.Seen seen = nodes.lately();
    return seen.alone()
        || engine.tasks(service.id()).stream().noneMatch(task -> runs(task, service, seen));
  }

  /**
   * Of a node that is down nobody knows: its containers may go on. That matters only to who is
   * bound to that very node, for a volume's sake.
   */
  private static boolean runs(TaskInfo task, ServiceInfo service, Nodes.Seen seen) {
    boolean there = seen.elsewhere(task.nodeId()) && task.containerId() != null;
    boolean bound = service.constraints().contains("node.id==" + task.nodeId());
    return there && !task.state().ended() && (bound || !seen.lost(task.nodeId()));
  }

  /**
   * Swarm lets a task live on for three seconds until every node has heard that it goes. No request
   * reaches it any more, so its init gets the same SIGTERM now. Without a shell in the image
   * Swarm's comes.
   */
  private void tellToStop(String container) {
    try {
      engine.exec(
          container,
          List.of("/bin/sh", "-c", "kill -TERM 1"),
          Duration.ofSeconds(2),
          (kind, bytes, from, length) -> {});
    } catch (DockerProblem.Cancelled cancelled) {
      throw cancelled;
    } catch (DockerProblem notThisWay) {
      LOG.debug("{} waits for Swarm's own signal: {}", container, notThisWay.getMessage());
    }
  }
}
