package dev.slipway.runtime.reconcile;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.ApplicationStatus;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.contracts.route.Route;
import dev.slipway.contracts.route.RouteState;
import dev.slipway.contracts.route.Target;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.runtime.Stores;
import dev.slipway.runtime.logs.RuntimeLogs;
import dev.slipway.runtime.service.Images;
import dev.slipway.runtime.service.Labels;
import dev.slipway.runtime.service.Launcher;
import dev.slipway.runtime.service.Nodes;
import dev.slipway.runtime.service.Replica;
import dev.slipway.runtime.service.Replicas;
import dev.slipway.runtime.service.Warrant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tends one application at a time: as many replicas as wanted, routes to those that are well, and a
 * status that says so. An application in the hands of a deploy saga is only rerouted, never scaled.
 */
final class Tending {
  /**
   * A replica that is restarted is back within seconds: only after these has the application
   * failed.
   */
  private static final long DOWN_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long LEAVING_NANOS = TimeUnit.SECONDS.toNanos(15);

  private final Stores stores;
  private final Replicas replicas;
  private final Launcher launcher;
  private final HealthWatch health;
  private final RuntimeLogs logs;
  private final Images images;
  private final Warrant warrant;
  private final Map<String, Replica> known = new ConcurrentHashMap<>();
  private final Map<String, Long> leaving = new ConcurrentHashMap<>();
  private final Map<String, Boolean> imageChecks = new ConcurrentHashMap<>();
  private final Map<ApplicationId, Long> downSince = new ConcurrentHashMap<>();

  Tending(ReconcileParts parts, HealthWatch health) {
    this.stores = parts.stores();
    this.replicas = parts.replicas();
    this.launcher = parts.launcher();
    this.logs = parts.logs();
    this.images = parts.base().images();
    this.warrant = parts.warrant();
    this.health = health;
  }

  /** Something happened to this container: what we know of it is old. */
  void stale(String container) {
    known.remove(container);
  }

  /** It was told to stop: no new request goes there. */
  void leaves(String container) {
    leaving.put(container, System.nanoTime());
  }

  void tend(Picture picture) {
    Set<String> alive = new HashSet<>();
    picture.containers().values().forEach(all -> all.forEach(c -> alive.add(c.id())));
    known.keySet().retainAll(alive);
    long now = System.nanoTime();
    leaving.values().removeIf(since -> now - since > LEAVING_NANOS);
    Elsewhere elsewhere = Elsewhere.of(picture, replicas);
    Set<String> serving = new HashSet<>();
    for (Application application : picture.applications()) {
      Release release = picture.serving().get(application.id());
      if (release != null) {
        tend(picture, elsewhere, application, release, serving);
      }
    }
    health.keep(serving);
  }

  private void tend(
      Picture picture,
      Elsewhere elsewhere,
      Application application,
      Release release,
      Set<String> serving) {
    boolean inHands = picture.inHands().contains(application.id());
    boolean mayScale = !inHands && picture.services() != null;
    if (mayScale && !application.stopped()) {
      scale(picture, application, release);
    }
    List<Replica> running = running(picture, elsewhere, release);
    running.forEach(replica -> serving.add(replica.containerId()));
    Route route = picture.routes().get(application.id());
    Well well = well(picture, elsewhere, application, release, running);
    if (route != null && route.releaseId().equals(release.id())) {
      route(application, route, well.targets(), inHands);
    }
    if (mayScale && application.stopped()) {
      scale(picture, application, release);
    }
    if (!inHands) {
      describe(application, well);
    }
  }

  // ---- as many replicas as wanted

  /** A stopped application is scaled after its route says so, a started one before. */
  private void scale(Picture picture, Application application, Release release) {
    int wanted = application.stopped() ? 0 : application.config().replicas();
    boolean found = false;
    for (ServiceInfo service : picture.servicesOf(application.id())) {
      boolean serves = release.id().equals(Labels.release(service.labels()));
      found |= serves;
      boolean wrong = serves ? service.replicas() != wanted : service.replicas() > 0;
      if (wrong && (serves || application.stopped()) && stillSo(application, release)) {
        scale(service, release, serves ? wanted : 0);
      }
    }
    if (!found && !application.stopped() && stillSo(application, release)) {
      repair(application, release, wanted);
    }
  }

  private void scale(ServiceInfo service, Release release, int wanted) {
    if (wanted == 0) {
      launcher.stop(service, warrant);
    } else {
      launcher.scale(release, wanted, warrant);
    }
  }

  /**
   * Looked at again right before acting, which is rare: a deployment may have begun since the
   * picture was taken or its owner may have stopped it, and two writers must never meet on a
   * volume.
   */
  private boolean stillSo(Application application, Release release) {
    return stores.applications().get(application.id()).await().stopped() == application.stopped()
        && !stores.serving().inHands().await().contains(release.applicationId())
        && stores.releases().get(release.id()).await().state() == ReleaseState.SERVING;
  }

  /** Its service was removed behind our back. */
  private void repair(Application application, Release release, int wanted) {
    Optional<Images.Source> image = images.source(release);
    if (image.isEmpty()) {
      return;
    }
    launcher.launch(
        new Launcher.Order(
            release,
            image.get(),
            new Launcher.Place(application.projectId().value(), application.projectName()),
            wanted,
            () ->
                stores
                    .environments()
                    .effective(release.applicationId(), release.spec().environmentVersion())
                    .await()
                    .required()
                    .values(),
            Map.of(Labels.DEPLOYMENT, release.deploymentId().value())),
        warrant);
    logs.say(
        application.id(),
        LogLevel.WARN,
        "The service of release " + release.number() + " was gone; it was made again.");
  }

  // ---- routes to those that are well

  private List<Replica> running(Picture picture, Elsewhere elsewhere, Release release) {
    List<Replica> running = new ArrayList<>();
    for (ContainerSummary listed : picture.containers().getOrDefault(release.id(), List.of())) {
      if (listed.state() == ContainerInfo.State.RUNNING && !leaving.containsKey(listed.id())) {
        look(listed, release).filter(Replica::running).ifPresent(running::add);
      }
    }
    running.addAll(elsewhere.of(release.id()));
    return running;
  }

  /**
   * Inspected once: addresses stay as long as a container runs, and its events make us look again.
   */
  private Optional<Replica> look(ContainerSummary listed, Release release) {
    Replica seen = known.get(listed.id());
    if (seen != null && seen.target() != null) {
      return Optional.of(seen);
    }
    Optional<Replica> looked = replicas.look(listed, release.spec().port());
    looked.filter(Replica::running).ifPresent(replica -> known.put(listed.id(), replica));
    return looked;
  }

  /**
   * Where replicas of this host answer that stand still while a volume of theirs is read: requests
   * wait there until they go on, and nobody asks how they fare. One that was paused, or went on,
   * since it was listed is among them.
   */
  private List<Target> paused(
      Picture picture, Release release, List<Replica> running, Set<Target> routes) {
    Set<String> others = new HashSet<>();
    running.forEach(replica -> others.add(replica.containerId()));
    return picture.containers().getOrDefault(release.id(), List.of()).stream()
        .filter(listed -> mayGoOn(listed.state()))
        .filter(listed -> !others.contains(listed.id()) && !leaving.containsKey(listed.id()))
        .flatMap(listed -> replicas.look(listed, release.spec().port()).stream())
        .filter(replica -> mayGoOn(replica.state()))
        .map(Replica::target)
        .filter(target -> target != null && routes.contains(target))
        .toList();
  }

  private static boolean mayGoOn(ContainerInfo.State state) {
    return state == ContainerInfo.State.RUNNING || state == ContainerInfo.State.PAUSED;
  }

  /**
   * How the replicas fare.
   *
   * @param targets where requests may go: the well ones; when no other is left those that are well
   *     on a host that is emptied, and last the ailing
   */
  private record Well(int count, List<Target> targets, @Nullable String publishedAddress) {}

  private Well well(
      Picture picture,
      Elsewhere elsewhere,
      Application application,
      Release release,
      List<Replica> running) {
    Route found = picture.routes().get(application.id());
    Set<Target> routes =
        found != null && found.releaseId().equals(release.id())
            ? Set.copyOf(found.targets())
            : Set.of();
    List<Target> well = new ArrayList<>(paused(picture, release, running, routes));
    List<Target> departing = new ArrayList<>();
    List<Target> ailing = new ArrayList<>();
    String published = null;
    for (Replica replica : running) {
      Target target = replica.target();
      if (target == null) {
        continue;
      }
      switch (health.of(patient(application, release, replica), routes.contains(target))) {
        case WELL -> (picture.leaves(replica) ? departing : well).add(target);
        case AILING -> ailing.add(target);
        case NEW, ILL -> {}
      }
      if (published == null && replica.publishedPort() > 0) {
        published = "127.0.0.1:" + replica.publishedPort();
      }
    }
    well.addAll(unaddressed(picture.nodes(), elsewhere, running, routes));
    int count = well.size() + departing.size();
    return new Well(count, firstOf(List.of(well, departing, ailing)), published);
  }

  private static List<Target> firstOf(List<List<Target>> choices) {
    return choices.stream().filter(some -> !some.isEmpty()).findFirst().orElse(List.of());
  }

  /**
   * A new leader of the Swarm does not know the ports of what runs: until the replica's own host
   * has told them, the route stays as it leads there, unless another is known to answer there.
   */
  private static List<Target> unaddressed(
      Nodes.Seen nodes, Elsewhere elsewhere, List<Replica> running, Set<Target> routes) {
    Set<Target> claimed = new HashSet<>();
    Set<String> silent = new HashSet<>();
    for (Replica replica : running) {
      if (replica.target() != null) {
        claimed.add(replica.target());
      } else {
        nodes.node(replica.elsewhere()).map(NodeInfo::address).ifPresent(silent::add);
      }
    }
    return routes.stream()
        .filter(target -> silent.contains(target.host()))
        .filter(target -> !claimed.contains(target) && !elsewhere.answers(target))
        .toList();
  }

  private HealthWatch.Patient patient(Application application, Release release, Replica replica) {
    boolean imageCheck =
        release.spec().config().healthCheck().path() == null
            && imageChecks.computeIfAbsent(
                release.spec().imageDigest(), digest -> images.healthcheck(release));
    return new HealthWatch.Patient(
        application.id(),
        replica,
        release.spec().config().healthCheck(),
        imageCheck,
        application.name());
  }

  private void route(Application application, Route route, List<Target> targets, boolean inHands) {
    RouteState wanted = application.stopped() ? RouteState.STOPPED : RouteState.SERVING;
    if (inHands) {
      if (route.state() != RouteState.SERVING) {
        return;
      }
      wanted = RouteState.SERVING;
    }
    if (wanted == RouteState.SERVING && route.state() != wanted && targets.isEmpty()) {
      return;
    }
    List<Target> next = wanted == RouteState.STOPPED ? List.of() : targets;
    if (route.state() != wanted || !Set.copyOf(route.targets()).equals(Set.copyOf(next))) {
      stores
          .serving()
          .retarget(application.id(), route.releaseId(), route.state(), wanted, next)
          .await();
    }
  }

  // ---- what is told

  private void describe(Application application, Well well) {
    ApplicationStatus status = status(application, well.count());
    if (status != application.status()) {
      stores.applications().setStatus(application.id(), status).await();
    }
    String published = well.publishedAddress();
    if (published != null && !published.equals(application.publishedAddress())) {
      stores.applications().setPublishedAddress(application.id(), published).await();
    }
  }

  private ApplicationStatus status(Application application, int well) {
    int wanted = application.config().replicas();
    if (application.stopped()) {
      downSince.remove(application.id());
      return ApplicationStatus.STOPPED;
    }
    if (well > 0 || wanted == 0) {
      downSince.remove(application.id());
      return well >= wanted ? ApplicationStatus.RUNNING : ApplicationStatus.DEGRADED;
    }
    long since = downSince.computeIfAbsent(application.id(), first -> System.nanoTime());
    boolean failed = System.nanoTime() - since > DOWN_PATIENCE_NANOS;
    return failed || application.status() == ApplicationStatus.FAILED
        ? ApplicationStatus.FAILED
        : ApplicationStatus.DEGRADED;
  }
}
