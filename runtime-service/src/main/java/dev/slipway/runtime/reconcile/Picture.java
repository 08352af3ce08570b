package dev.slipway.runtime.reconcile;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.contracts.route.Route;
import dev.slipway.contracts.route.RouteTable;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.TaskInfo;
import dev.slipway.runtime.Stores;
import dev.slipway.runtime.service.Labels;
import dev.slipway.runtime.service.Nodes;
import dev.slipway.runtime.service.Replica;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted and what runs, read at one moment. It may be old by the time it is acted on, so
 * every write that follows from it names what it expects to find.
 *
 * @param inHands applications a deploy saga works on, or is about to
 * @param containers on this node
 * @param nodes all of them
 * @param elsewhere tasks on other nodes
 * @param emptied nodes whose replicas are, or are to be, ended and started elsewhere
 * @param services null when this pass does not look at them
 */
record Picture(
    List<Application> applications,
    Map<ApplicationId, Release> serving,
    Map<ReleaseId, Release> running,
    Map<ApplicationId, Route> routes,
    Set<ApplicationId> inHands,
    Map<ReleaseId, List<ContainerSummary>> containers,
    Nodes.Seen nodes,
    Map<ReleaseId, List<TaskInfo>> elsewhere,
    Set<String> emptied,
    @Nullable List<ServiceInfo> services) {

  /** What the engine shows at one moment. */
  record Shown(
      List<ContainerSummary> containers,
      Nodes.Seen nodes,
      Map<ReleaseId, List<TaskInfo>> elsewhere,
      @Nullable List<ServiceInfo> services) {}

  /**
   * Reads the other tables. What the engine shows was listed just before, so that whatever is there
   * and in no table is nobody's.
   *
   * @param routes read before the engine was asked, so that a route to what the engine does not
   *     show leads nowhere; read later, it may lead to a release that began meanwhile
   */
  static Picture take(Stores stores, RouteTable routes, Shown shown) {
    var applications = stores.applications().all();
    var running = stores.serving().running();
    var inHands = stores.serving().inHands();
    var emptied = emptied(stores, shown.nodes());
    Future.all(applications, running, inHands, emptied).await();
    Map<ApplicationId, Release> serving = new HashMap<>();
    Map<ReleaseId, Release> releases = new HashMap<>();
    for (Release release : running.result()) {
      releases.put(release.id(), release);
      if (release.state() == ReleaseState.SERVING) {
        serving.put(release.applicationId(), release);
      }
    }
    Map<ApplicationId, Route> byApplication = new HashMap<>();
    routes.routes().forEach(route -> byApplication.put(route.applicationId(), route));
    Map<ReleaseId, List<ContainerSummary>> containers = new HashMap<>();
    for (ContainerSummary container : shown.containers()) {
      ReleaseId release = Labels.release(container.labels());
      if (release != null) {
        containers.computeIfAbsent(release, none -> new ArrayList<>()).add(container);
      }
    }
    return new Picture(
        applications.result(),
        serving,
        releases,
        byApplication,
        inHands.result(),
        containers,
        shown.nodes(),
        shown.elsewhere(),
        emptied.result(),
        shown.services());
  }

  /** A host that is alone has nowhere to send its replicas: nothing is asked then. */
  private static Future<Set<String>> emptied(Stores stores, Nodes.Seen nodes) {
    if (nodes.alone()) {
      return Future.succeededFuture(Set.of());
    }
    return stores
        .nodes()
        .toBeEmptied()
        .map(wanted -> {
          Set<String> all = new HashSet<>(wanted);
          nodes.nodes().values().stream()
              .filter(node -> node.availability() == NodeInfo.Availability.DRAIN)
              .forEach(node -> all.add(node.id()));
          return all;
        });
  }

  /** Whether a replica is about to be ended because its host is emptied. */
  boolean leaves(Replica replica) {
    String elsewhere = replica.elsewhere();
    return emptied.contains(elsewhere == null ? nodes.self() : elsewhere);
  }

  /** Services of an application, when this pass looks at them. */
  List<ServiceInfo> servicesOf(ApplicationId application) {
    List<ServiceInfo> all = services;
    return all == null
        ? List.of()
        : all.stream().filter(s -> application.equals(Labels.application(s.labels()))).toList();
  }
}
