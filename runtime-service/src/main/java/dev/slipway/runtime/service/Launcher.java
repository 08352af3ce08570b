package dev.slipway.runtime.service;

import dev.slipway.contracts.deployment.Release;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ServiceChange;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.store.VolumeStore.Berth;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes, scales and removes the services of releases. Each call looks before it makes, so that
 * doing it twice is doing it once; each change is made only by who may, and only to what they saw.
 */
public final class Launcher {
  private final DockerEngine engine;
  private final Names names;
  private final ServicePlan plan;
  private final Berths berths;
  private final Nodes nodes;
  private final Images images;
  private final ProjectNetworks networks;

  public Launcher(RuntimeParts parts) {
    this.engine = parts.engine();
    this.names = parts.names();
    this.plan = new ServicePlan(parts.names(), parts.taskAddress());
    this.berths = parts.berths();
    this.nodes = parts.nodes();
    this.images = parts.images();
    this.networks = new ProjectNetworks(parts);
  }

  /** The project a release runs in: where its network is found or made. */
  public record Place(String projectId, String projectName) {}

  /**
   * A release to run.
   *
   * @param image what its nodes run
   * @param environment asked for only when the service has to be made
   * @param labels of this attempt
   */
  public record Order(
      Release release,
      Images.Source image,
      Place place,
      int replicas,
      Supplier<Map<String, String>> environment,
      Map<String, String> labels) {}

  public Optional<ServiceInfo> find(Release release) {
    return engine.service(names.service(release));
  }

  /**
   * Makes the service unless it is there; then it gets this many replicas.
   *
   * @return the service's name
   */
  public String launch(Order order, Warrant warrant) {
    Release release = order.release();
    Berth berth = release.spec().config().recreates() ? berths.take(release, warrant) : null;
    String name = names.service(release);
    boolean done = false;
    while (!done) {
      Optional<ServiceInfo> found = engine.service(name);
      warrant.check();
      done =
          found.isPresent()
              ? scaled(found.get(), order.replicas(), berth, warrant)
              : made(order, berth);
    }
    return name;
  }

  /**
   * With volumes it is made with no replicas and scaled afterwards: between the look and the making
   * somebody else may have become the owner, and only a change can be refused.
   *
   * @return true when nothing is left to do
   */
  private boolean made(Order order, @Nullable Berth berth) {
    Map<String, String> labels = new HashMap<>(order.labels());
    if (berth != null) {
      labels.putAll(Berths.labels(berth));
    }
    var manner =
        new ServicePlan.Manner(
            order.image().reference(),
            order.image().everywhere() ? images.auth() : null,
            networks.of(order.place().projectId(), order.place().projectName()),
            berth == null ? order.replicas() : 0,
            constraints(order, berth),
            labels);
    try {
      engine.createService(plan.spec(order.release(), order.environment().get(), manner));
      return berth == null;
    } catch (DockerProblem.Conflict made) {
      if (find(order.release()).isEmpty()) {
        throw made;
      }
      return false;
    }
  }

  private List<String> constraints(Order order, @Nullable Berth berth) {
    if (berth != null) {
      return Berths.constraints(berth);
    }
    Nodes.Seen seen = nodes.lately();
    return order.image().everywhere() || seen.alone()
        ? List.of()
        : List.of("node.id==" + seen.self()); // nobody else has the image
  }

  /**
   * Gives the service of a release this many replicas.
   *
   * @return false when there is no such service
   */
  public boolean scale(Release release, int replicas, Warrant warrant) {
    boolean writes = replicas > 0 && release.spec().config().recreates();
    Berth berth = writes ? berths.take(release, warrant) : null;
    while (true) {
      Optional<ServiceInfo> found = find(release);
      warrant.check();
      if (found.isEmpty()) {
        return false;
      }
      if (scaled(found.get(), replicas, berth, warrant)) {
        return true;
      }
    }
  }

  /** Nothing of it runs any more, as soon as Swarm has heard. */
  public void stop(ServiceInfo service, Warrant warrant) {
    boolean done = false;
    Optional<ServiceInfo> found = Optional.of(service);
    while (!done && found.isPresent()) {
      warrant.check();
      done = scaled(found.get(), 0, null, warrant);
      found = done ? found : engine.service(service.id());
    }
  }

  /** False when somebody else changed it since it was looked at: look again. */
  private boolean scaled(ServiceInfo seen, int replicas, @Nullable Berth berth, Warrant warrant) {
    boolean sealed = berth == null || berths.mine(seen, berth, warrant);
    if (sealed && seen.replicas() == replicas) {
      return true;
    }
    ServiceChange change = ServiceChange.scale(replicas);
    try {
      engine.changeService(seen, berth == null ? change : change.labelled(Berths.labels(berth)));
      return true;
    } catch (DockerProblem.Outdated | DockerProblem.NotFound meanwhile) {
      return false;
    }
  }

  /** The services of an application but one release's. */
  public List<ServiceInfo> others(Release release) {
    return engine.services(Labels.of(names.installation(), release.applicationId())).stream()
        .filter(service -> !release.id().equals(Labels.release(service.labels())))
        .toList();
  }

  /** Removes this very service, never a successor of the same name. */
  public void remove(ServiceInfo service, Warrant warrant) {
    warrant.check();
    engine.removeService(service.id());
  }
}
