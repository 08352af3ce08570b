package dev.slipway.runtime.service;

import dev.slipway.contracts.application.Volume;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.ServiceChange;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.TaskInfo;
import dev.slipway.store.VolumeRestores;
import dev.slipway.store.VolumeStore;
import dev.slipway.store.VolumeStore.Berth;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the volumes of an application lie, and who may start what writes to them.
 *
 * <p>A new owner first raises the fence in the database, then writes it on every service of the
 * application. Whoever looked at one of them before has an outdated version now and is refused by
 * Swarm; a service made too late is made with no replicas, and scaling it is refused here.
 */
public final class Berths {
  private final DockerEngine engine;
  private final VolumeStore volumes;
  private final Nodes nodes;
  private final Names names;

  public Berths(DockerEngine engine, VolumeStore volumes, Nodes nodes, Names names) {
    this.engine = engine;
    this.volumes = volumes;
    this.nodes = nodes;
    this.names = names;
  }

  /**
   * Takes the volumes of a release's application over: from its return on, nobody who owned them
   * before can start anything.
   */
  public Berth take(Release release, Warrant warrant) {
    Map<String, String> engineNames = new HashMap<>();
    for (Volume volume : release.spec().config().volumes()) {
      engineNames.put(volume.name(), names.volume(release.applicationName(), volume.name()));
    }
    Berth berth =
        volumes
            .claim(
                release.applicationId(),
                warrant.owner(),
                tx -> warrant.guard(tx, release.applicationId()),
                engineNames,
                place(release))
            .await();
    for (ServiceInfo service : servicesOf(release)) {
      seal(service.id(), berth, warrant);
    }
    return berth;
  }

  private List<ServiceInfo> servicesOf(Release release) {
    return engine.services(Labels.of(names.installation(), release.applicationId()));
  }

  /** Writes the fence on a service, unless a newer one is there. */
  private void seal(String serviceId, Berth berth, Warrant warrant) {
    while (true) {
      Optional<ServiceInfo> found = engine.service(serviceId);
      if (found.isEmpty() || mine(found.get(), berth, warrant)) {
        return;
      }
      try {
        engine.changeService(found.get(), ServiceChange.label(labels(berth)));
        return;
      } catch (DockerProblem.Outdated | DockerProblem.NotFound meanwhile) {
        warrant.check();
      }
    }
  }

  /**
   * Whether a service carries this very fence; false for an older one.
   *
   * @throws dev.slipway.platform.lease.FencedOut when it carries a newer one
   */
  boolean mine(ServiceInfo service, Berth berth, Warrant warrant) {
    long fence = Long.parseLong(service.labels().getOrDefault(Labels.BERTH, "0"));
    if (fence > berth.fence()) {
      throw warrant.lost();
    }
    return fence == berth.fence();
  }

  /** What a service of this owner carries. */
  static Map<String, String> labels(Berth berth) {
    return Map.of(Labels.BERTH, Long.toString(berth.fence()));
  }

  /**
   * The node the volumes lie on, or would be placed on now: where they are known to be, where the
   * application ran last, here if the engine holds them already, else where fewest lie.
   */
  private String place(Release release) {
    Optional<String> known = volumes.nodeOf(release.applicationId()).await();
    return known.orElseGet(() -> {
      Nodes.Seen seen = nodes.lately();
      if (seen.alone()) {
        return seen.self();
      }
      String before = ranOn(release);
      if (before != null) {
        return before;
      }
      return heldHere(release) ? seen.self() : emptiest(seen);
    });
  }

  private @Nullable String ranOn(Release release) {
    for (ServiceInfo service : servicesOf(release)) {
      for (TaskInfo task : engine.tasks(service.name())) {
        if (task.nodeId() != null && task.containerId() != null) {
          return task.nodeId();
        }
      }
    }
    return null;
  }

  private boolean heldHere(Release release) {
    return !engine.volumes(Labels.of(names.installation(), release.applicationId())).isEmpty();
  }

  private String emptiest(Nodes.Seen seen) {
    Map<String, Long> placed = volumes.perNode().await();
    return seen.open().stream()
        .min(Comparator.comparingLong(node -> placed.getOrDefault(node.id(), 0L)))
        .map(NodeInfo::id)
        .orElse(seen.self());
  }

  /**
   * Refuses at once what could only start beside its data: on another node with an empty volume, or
   * on one that is being filled.
   */
  public void mustBeReachable(Release release) {
    Optional<String> restore = volumes.restoredBy(release.applicationId()).await();
    if (restore.isPresent()) {
      throw Problem.failed(
          "volume_being_restored",
          "The restore " + restore.get() + " replaces a volume of this application.",
          "Wait for its end, or cancel it, then deploy again.");
    }
    Optional<String> spoilt = volumes.spoiltBy(release.applicationId()).await();
    if (spoilt.isPresent()) {
      throw VolumeRestores.spoilt(spoilt.get());
    }
    Optional<String> known = volumes.nodeOf(release.applicationId()).await();
    if (known.isEmpty()) {
      return;
    }
    Nodes.Seen seen = nodes.now();
    String id = known.get();
    Optional<NodeInfo> node = seen.node(id);
    String name = node.map(NodeInfo::hostname).orElse(id);
    if (node.isEmpty() || node.get().lost()) {
      throw Problem.failed(
          "volume_node_down",
          "The data of this application lies on the node " + name + ", which is down.",
          "Bring that node back, then deploy again. If it is lost for good, restore the data from a"
              + " backup into a new application.");
    }
    if (node.get().availability() != NodeInfo.Availability.ACTIVE) {
      throw Problem.failed(
          "volume_node_drained",
          "The data of this application lies on the node " + name + ", which takes no tasks.",
          "Make the node active again, then deploy again.");
    }
  }

  /** Where the volumes lie, for the service's constraint. */
  static List<String> constraints(Berth berth) {
    return List.of("node.id==" + berth.nodeId());
  }
}
