package dev.slipway.gateway.node;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.bus.Ask;
import dev.slipway.contracts.node.Node;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Container;
import dev.slipway.contracts.node.NodeContract.Containers;
import dev.slipway.contracts.node.NodeContract.Stats;
import dev.slipway.contracts.node.NodeContract.Task;
import dev.slipway.contracts.node.NodeContract.Tasks;
import dev.slipway.contracts.node.NodeContract.Usage;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.route.Target;
import dev.slipway.gateway.api.Stores;
import dev.slipway.platform.bus.Bus;
import dev.slipway.store.RouteStore;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Draws the replicas of an application: where the Swarm's managers have them, and what the hosts
 * they are on say of them, all asked at once. A host that does not answer leaves a gap that is
 * told.
 */
final class ReplicaPicture {
  private final Bus bus;
  private final Stores stores;
  private final RouteStore routes;

  ReplicaPicture(Bus bus, Stores stores, RouteStore routes) {
    this.bus = bus;
    this.stores = stores;
    this.routes = routes;
  }

  /** What one host said; null parts it did not. */
  private record Told(@Nullable Containers containers, @Nullable Stats stats) {}

  /** What is known besides the tasks. */
  private record Known(
      Map<NodeId, Node> nodes,
      Map<NodeId, Told> told,
      Map<String, Integer> releases,
      Set<Target> targets) {}

  /** The replicas in the managers' words; fails as unavailable when no manager answers. */
  Future<List<Task>> tasks(ApplicationId application) {
    return bus.ask(NodeContract.TASKS, new NodeContract.TasksOf(application)).map(Tasks::tasks);
  }

  /** All replicas of an application. */
  Future<List<ReplicaView>> of(ApplicationId application, boolean stats) {
    return tasks(application)
        .compose(tasks ->
            known(application, tasks, stats)
                .map(known -> tasks.stream().map(task -> view(task, known)).toList()));
  }

  private Future<Known> known(ApplicationId application, List<Task> tasks, boolean stats) {
    var nodes = stores.nodes().list();
    var releases = stores.releases().list(application, 50);
    var routed = routes.of(application);
    var told = told(application, tasks, stats);
    return Future.all(nodes, releases, routed, told)
        .map(read -> {
          Map<NodeId, Node> byId = new HashMap<>();
          nodes.result().forEach(node -> byId.put(node.id(), node));
          Map<String, Integer> numbers = new HashMap<>();
          releases.result().forEach(one -> numbers.put(one.id().value(), one.number()));
          Set<Target> targets = new HashSet<>();
          routed.result().forEach(route -> targets.addAll(route.targets()));
          return new Known(byId, told.result(), numbers, targets);
        });
  }

  private Future<Map<NodeId, Told>> told(
      ApplicationId application, List<Task> tasks, boolean stats) {
    Map<NodeId, Future<Told>> asked = new HashMap<>();
    for (Task task : tasks) {
      NodeId node = task.nodeId();
      if (node != null && !asked.containsKey(node)) {
        asked.put(node, ask(node, application, stats));
      }
    }
    return Future.join(List.copyOf(asked.values()))
        .map(all -> {
          Map<NodeId, Told> told = new HashMap<>();
          asked.forEach((node, answer) -> told.put(node, answer.result()));
          return told;
        });
  }

  private Future<Told> ask(NodeId node, ApplicationId application, boolean stats) {
    Future<@Nullable Containers> containers =
        orNothing(
            NodeContract.CONTAINERS.at(node.value()), new NodeContract.ContainersOf(application));
    Future<@Nullable Stats> usages =
        stats
            ? orNothing(NodeContract.STATS.at(node.value()), new NodeContract.StatsOf(application))
            : Future.succeededFuture();
    return Future.all(containers, usages)
        .map(both -> new Told(containers.result(), usages.result()));
  }

  /** No answer within the question's patience is an answer, too: the host says nothing. */
  private <Q, A> Future<@Nullable A> orNothing(Ask<Q, A> ask, Q question) {
    return bus.ask(ask, question).<@Nullable A>map(answer -> answer).otherwise(silent -> null);
  }

  private static ReplicaView view(Task task, Known known) {
    NodeId id = task.nodeId();
    Node node = id == null ? null : known.nodes().get(id);
    Told told = id == null ? null : known.told().get(id);
    Containers containers = told == null ? null : told.containers();
    Stats stats = told == null ? null : told.stats();
    Container container = containers == null ? null : container(task, containers);
    Target target = ReplicaView.target(task, node, container, known.targets());
    return ReplicaView.of(
        task,
        Objects.requireNonNullElse(known.releases().get(task.releaseId().value()), 0),
        new ReplicaView.Place(node, id != null && containers == null),
        container,
        target,
        stats == null ? null : usage(task, stats));
  }

  private static @Nullable Container container(Task task, Containers all) {
    return all.containers().stream()
        .filter(one -> one.id().equals(task.containerId()))
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Usage usage(Task task, Stats all) {
    return all.usages().stream()
        .filter(one -> one.containerId().equals(task.containerId()))
        .findFirst()
        .orElse(null);
  }
}
