package dev.slipway.runtime.service;

import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.TaskInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the replicas of releases and where they answer. On this node it looks at containers rather
 * than at Swarm's tasks: the manager learns of a start about 100 ms after the fact. What runs on
 * other nodes the manager's task list tells.
 */
public final class Replicas {
  private final DockerEngine engine;
  private final String installation;
  private final Names names;
  private final Nodes nodes;
  private final Addresses addresses;

  public Replicas(RuntimeParts parts) {
    this.engine = parts.engine();
    this.names = parts.names();
    this.installation = parts.installation();
    this.nodes = parts.nodes();
    this.addresses = new Addresses(parts);
  }

  /** The replicas of a release on any node, oldest first, ended ones included. */
  public List<Replica> of(Release release) {
    int port = release.spec().port();
    List<Replica> found = new ArrayList<>();
    for (ContainerSummary listed : engine.containers(Labels.of(installation, release.id()))) {
      look(listed, port).ifPresent(found::add);
    }
    Nodes.Seen seen = nodes.lately();
    if (!seen.alone()) {
      for (TaskInfo task : engine.tasks(names.service(release))) {
        if (seen.elsewhere(task.nodeId()) && task.containerId() != null) {
          found.add(elsewhere(task, seen, port));
        }
      }
    }
    found.sort(Comparator.comparing(Replica::createdAt));
    return found;
  }

  /** False while the Swarm misses a node, or is led by one that has not heard of all yet. */
  public boolean everyNodeIsHeard() {
    return nodes.lately().whole();
  }

  /** All containers of this installation here, as listed: one call however many there are. */
  public List<ContainerSummary> listed() {
    return engine.containers(Labels.ours(installation));
  }

  /** The tasks that run on other nodes or are about to, by release; none in a Swarm of one. */
  public Map<ReleaseId, List<TaskInfo>> elsewhere(Nodes.Seen seen) {
    Map<ReleaseId, List<TaskInfo>> found = new HashMap<>();
    if (!seen.alone()) {
      for (TaskInfo task : engine.tasks(Labels.ours(installation))) {
        ReleaseId release = Labels.release(task.labels());
        if (release != null && seen.elsewhere(task.nodeId()) && task.containerId() != null) {
          found.computeIfAbsent(release, none -> new ArrayList<>()).add(task);
        }
      }
    }
    return found;
  }

  /** Looks at one listed container of a release; empty when it is gone meanwhile. */
  public Optional<Replica> look(ContainerSummary listed, int port) {
    return engine.container(listed.id()).map(info -> here(info, listed, port));
  }

  /** Ids of the running containers of a release on this node. */
  public List<String> running(ReleaseId release) {
    return engine.containers(Labels.of(installation, release)).stream()
        .filter(listed -> listed.state() == ContainerInfo.State.RUNNING)
        .map(ContainerSummary::id)
        .toList();
  }

  private Replica here(ContainerInfo info, ContainerSummary listed, int port) {
    return new Replica(
        info.id(),
        null,
        info.state(),
        addresses.of(info, port),
        info.health(),
        info.exitCode(),
        info.oomKilled(),
        info.error(),
        Addresses.published(info.hostPorts(), port),
        listed.createdAt());
  }

  /** A task counts as running only once its image's own check has passed. */
  public Replica elsewhere(TaskInfo task, Nodes.Seen seen, int port) {
    Integer exitCode = task.exitCode();
    return new Replica(
        task.container(),
        task.nodeId(),
        state(task, seen),
        addresses.of(task, seen, port),
        ContainerInfo.Health.NONE,
        exitCode == null ? 0 : exitCode,
        false,
        task.error(),
        Addresses.published(addresses.ports(task, seen), port),
        task.at());
  }

  /** Of a node that is lost nothing is known but that no request should go there. */
  private ContainerInfo.State state(TaskInfo task, Nodes.Seen seen) {
    if (seen.lost(task.nodeId()) || addresses.gone(task)) {
      return ContainerInfo.State.REMOVING;
    }
    return switch (task.state()) {
      case NEW, ALLOCATED, PENDING, ASSIGNED, ACCEPTED, PREPARING, READY, STARTING ->
          ContainerInfo.State.CREATED;
      case RUNNING -> task.serving() ? ContainerInfo.State.RUNNING : ContainerInfo.State.REMOVING;
      case COMPLETE, SHUTDOWN, FAILED, REJECTED, REMOVE, ORPHANED -> ContainerInfo.State.EXITED;
    };
  }
}
