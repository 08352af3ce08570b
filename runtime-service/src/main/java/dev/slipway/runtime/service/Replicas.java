package dev.slipway.runtime.service;

import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.route.Target;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.PublishedPort;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the containers of releases and where they answer. It looks at containers rather than at
 * Swarm's tasks: the manager learns of a start about 100 ms after the fact.
 */
public final class Replicas {
  private static final String LOOPBACK = "127.0.0.1";

  private final DockerEngine engine;
  private final String installation;
  private final TaskAddress address;

  public Replicas(DockerEngine engine, String installation, TaskAddress address) {
    this.engine = engine;
    this.installation = installation;
    this.address = address;
  }

  /** The containers of a release on this node, oldest first, ended ones included. */
  public List<Replica> of(Release release) {
    return all(Labels.of(installation, release.id()), release);
  }

  /** All containers of this installation, as listed: one call however many there are. */
  public List<ContainerSummary> listed() {
    return engine.containers(Labels.ours(installation));
  }

  /** Looks at one listed container of a release; empty when it is gone meanwhile. */
  public Optional<Replica> look(ContainerSummary listed, int port) {
    return engine.container(listed.id()).map(info -> replica(info, listed.createdAt(), port));
  }

  /** Ids of the running containers of a release. */
  public List<String> running(ReleaseId release) {
    return engine.containers(Labels.of(installation, release)).stream()
        .filter(listed -> listed.state() == ContainerInfo.State.RUNNING)
        .map(ContainerSummary::id)
        .toList();
  }

  private List<Replica> all(Map<String, String> labels, Release release) {
    List<Replica> found = new ArrayList<>();
    for (ContainerSummary listed : engine.containers(labels)) {
      look(listed, release.spec().port()).ifPresent(found::add);
    }
    found.sort(Comparator.comparing(Replica::createdAt));
    return found;
  }

  private Replica replica(ContainerInfo info, Instant createdAt, int port) {
    int published = published(info, port);
    return new Replica(
        info.id(),
        info.state(),
        target(info, port, published),
        info.health(),
        info.exitCode(),
        info.oomKilled(),
        info.error(),
        published,
        createdAt);
  }

  private @Nullable Target target(ContainerInfo info, int port, int published) {
    return switch (address) {
      case BRIDGE -> at(info.gatewayAddress(), port);
      case OVERLAY -> at(onOverlay(info), port);
      case PUBLISHED -> published == 0 ? null : new Target(LOOPBACK, published);
    };
  }

  /** Of the container's networks only the project's is named by us. */
  private @Nullable String onOverlay(ContainerInfo info) {
    String ours = new Names(installation).network("");
    return info.networks().entrySet().stream()
        .filter(network -> network.getKey().startsWith(ours))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Target at(@Nullable String host, int port) {
    return host == null || host.isEmpty() ? null : new Target(host, port);
  }

  private static int published(ContainerInfo info, int port) {
    return info.hostPorts().stream()
        .filter(open -> open.containerPort() == port && open.hostPort() > 0)
        .mapToInt(PublishedPort::hostPort)
        .findFirst()
        .orElse(0);
  }
}
