package dev.slipway.runtime.service;

import dev.slipway.contracts.deployment.Release;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.NetworkInfo;
import dev.slipway.docker.ServiceInfo;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes, scales and removes the services of releases. Each call looks before it makes, so that
 * doing it twice is doing it once.
 */
public final class Launcher {
  private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);
  private static final Duration GONE_WITHIN = Duration.ofSeconds(30);

  private final DockerEngine engine;
  private final EngineWatch watch;
  private final Names names;
  private final ServicePlan plan;

  public Launcher(DockerEngine engine, EngineWatch watch, Names names, TaskAddress address) {
    this.engine = engine;
    this.watch = watch;
    this.names = names;
    this.plan = new ServicePlan(names, address);
  }

  /** The project a release runs in: where its network is found or made. */
  public record Place(String projectId, String projectName) {}

  public Optional<ServiceInfo> find(Release release) {
    return engine.service(names.service(release));
  }

  /**
   * Makes the service unless it is there; then it gets this many replicas.
   *
   * @param image what the engine shall run
   * @param environment asked for only when the service has to be made
   * @param labels of this attempt
   * @return the service's name
   */
  public String launch(
      Release release,
      String image,
      Place place,
      int replicas,
      Supplier<Map<String, String>> environment,
      Map<String, String> labels) {
    String name = names.service(release);
    Optional<ServiceInfo> found = engine.service(name);
    if (found.isPresent()) {
      if (found.get().replicas() != replicas) {
        engine.scaleService(name, replicas);
      }
      return name;
    }
    String network = network(place);
    for (String volume : plan.volumes(release)) {
      engine.ensureVolume(volume, Labels.of(names.installation(), release.applicationId()));
    }
    try {
      engine.createService(plan.spec(release, image, environment.get(), network, replicas, labels));
    } catch (DockerProblem.Conflict made) {
      if (engine.service(name).isEmpty()) {
        throw made;
      }
    }
    return name;
  }

  /** Found by label, for a project may be renamed while its applications run. */
  private String network(Place place) {
    Map<String, String> labels = new HashMap<>(Labels.ours(names.installation()));
    labels.put(Labels.PROJECT, place.projectId());
    List<NetworkInfo> found = engine.networks(labels);
    if (!found.isEmpty()) {
      return found.getFirst().name();
    }
    String wanted = names.network(place.projectName());
    NetworkInfo made = engine.ensureNetwork(wanted, labels);
    if (place.projectId().equals(made.labels().get(Labels.PROJECT))) {
      return made.name();
    }
    String tail = place.projectId().substring(Math.max(0, place.projectId().length() - 8));
    return engine.ensureNetwork(wanted + "-" + tail, labels).name();
  }

  public void scale(String service, int replicas) {
    engine.scaleService(service, replicas);
  }

  /**
   * Scales to nothing and waits until no container runs any more: what writes to a volume must have
   * ended before its successor begins.
   *
   * @return false when some still run after 30 s
   */
  public boolean stopAndWait(ServiceInfo service) throws InterruptedException {
    if (service.replicas() > 0) {
      engine.scaleService(service.name(), 0);
    }
    Map<String, String> labels = new HashMap<>(Labels.ours(names.installation()));
    labels.put(Labels.RELEASE, service.labels().getOrDefault(Labels.RELEASE, ""));
    long deadline = System.nanoTime() + GONE_WITHIN.toNanos();
    Set<String> told = new HashSet<>();
    while (true) {
      long seen = watch.moments();
      List<ContainerSummary> alive =
          engine.containers(labels).stream().filter(Launcher::alive).toList();
      if (alive.isEmpty()) {
        return true;
      }
      alive.stream().filter(c -> told.add(c.id())).forEach(c -> tellToStop(c.id()));
      if (System.nanoTime() > deadline) {
        return false;
      }
      watch.await(seen, Duration.ofMillis(250));
    }
  }

  private static boolean alive(ContainerSummary container) {
    return container.state() == ContainerInfo.State.RUNNING
        || container.state() == ContainerInfo.State.CREATED;
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

  /** The services of an application but one release's. */
  public List<ServiceInfo> others(Release release) {
    return engine.services(Labels.of(names.installation(), release.applicationId())).stream()
        .filter(service -> !release.id().equals(Labels.release(service.labels())))
        .toList();
  }

  public void remove(String service) {
    engine.removeService(service);
  }
}
