package dev.slipway.docker.memory;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.PublishedPort;
import dev.slipway.docker.ServiceSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The twin's nodes and the containers on them. */
final class MemoryHosts {
  private static final AtomicLong ADDRESSES = new AtomicLong();
  private static final AtomicInteger PORTS = new AtomicInteger();

  private final MemoryRegistry registry;
  private final Runnable changed;
  private final List<MemoryNode> nodes = new ArrayList<>();
  private final Map<MemoryContainer, MemoryNode> containers = new LinkedHashMap<>();
  private final List<String> shared = new CopyOnWriteArrayList<>();

  MemoryHosts(MemoryRegistry registry, Runnable changed) {
    this.registry = registry;
    this.changed = changed;
  }

  MemoryNode join(String hostname, NodeInfo.Role role) {
    MemoryNode node;
    synchronized (this) {
      node = new MemoryNode(nodes.size() + 1, hostname, role, registry);
      nodes.add(node);
    }
    changed.run();
    return node;
  }

  /** The node with the fewest tasks of a service among those that may run one; null if none may. */
  synchronized @Nullable MemoryNode place(MemoryService service) {
    return nodes.stream()
        .filter(node -> node.takesTasks(service.spec().placement().constraints()))
        .min(Comparator.comparingLong(service::on))
        .orElse(null);
  }

  synchronized List<NodeInfo> infos() {
    var leader = nodes.stream().filter(MemoryNode::manager).findFirst().orElse(null);
    return nodes.stream()
        .map(node -> node.info(node == leader))
        .sorted(Comparator.comparing(NodeInfo::id))
        .toList();
  }

  void change(String id, Consumer<MemoryNode> change) {
    synchronized (this) {
      var node = existing(id);
      change.accept(node);
      node.version++;
    }
    changed.run();
  }

  private MemoryNode existing(String id) {
    return nodes.stream()
        .filter(node -> node.id.equals(id))
        .findFirst()
        .orElseThrow(() -> new DockerProblem.NotFound("node " + id + " not found"));
  }

  synchronized void demote(MemoryNode node) {
    if (node.manager() && nodes.stream().filter(MemoryNode::manager).count() == 1) {
      throw new DockerProblem.Conflict("attempting to demote the last manager of the swarm");
    }
    node.role = NodeInfo.Role.WORKER;
  }

  void remove(String id, boolean force) {
    synchronized (this) {
      var node = nodes.stream().filter(n -> n.id.equals(id)).findFirst().orElse(null);
      if (node == null) {
        return;
      }
      if (node.manager()) {
        throw new DockerProblem.Conflict("node " + id + " must be demoted before its removal");
      }
      if (node.ready() && !force) {
        throw new DockerProblem.Conflict("node " + id + " is not down and can't be removed");
      }
      node.state = NodeInfo.State.DOWN;
      nodes.remove(node);
    }
    changed.run();
  }

  // ---- containers

  /** A new container of a service's replica; it does not run yet. */
  synchronized MemoryContainer container(
      MemoryNode node, MemoryService service, int slot, MemoryImage image) {
    var spec = service.spec();
    var labels = new HashMap<>(spec.containerLabels());
    labels.put(MemoryContainer.SERVICE, spec.name());
    labels.put("com.docker.swarm.service.id", service.id);
    var name = spec.name() + "." + slot + "." + Ids.fresh(25);
    spec.mounts().forEach(mount -> node.shelf.volume(mount.volume(), mount.labels()));
    var container = added(node, spec, name, labels, image);
    spec.mounts().forEach(mount -> noteWriters(node, mount.volume(), container));
    return container;
  }

  /** What must never happen: containers of two services that write to one volume. */
  private void noteWriters(MemoryNode node, String volume, MemoryContainer newcomer) {
    for (var other : on(node)) {
      var shares =
          other.running()
              && other.spec().mounts().stream().anyMatch(m -> m.volume().equals(volume));
      if (shares && !other.spec().name().equals(newcomer.spec().name())) {
        shared.add(volume + ": " + other.spec().name() + " and " + newcomer.spec().name());
      }
    }
  }

  List<String> shared() {
    return List.copyOf(shared);
  }

  /** A container of its own that runs, as by {@code docker run}. */
  synchronized MemoryContainer run(
      MemoryNode node, ServiceSpec spec, Map<String, String> labels, MemoryImage image) {
    if (on(node).stream().anyMatch(other -> other.summary().name().equals(spec.name()))) {
      throw new DockerProblem.Conflict("the container name " + spec.name() + " is already in use");
    }
    spec.mounts().forEach(mount -> node.shelf.volume(mount.volume(), mount.labels()));
    var container = added(node, spec, spec.name(), labels, image);
    container.start();
    node.events.tell(container, "start");
    return container;
  }

  private MemoryContainer added(
      MemoryNode node,
      ServiceSpec spec,
      String name,
      Map<String, String> labels,
      MemoryImage image) {
    var ports = new ArrayList<PublishedPort>();
    for (var port : spec.hostPorts()) {
      var number =
          port.hostPort() > 0 ? port.hostPort() : 20_000 + PORTS.getAndIncrement() % 30_000;
      ports.add(new PublishedPort(port.containerPort(), number, port.protocol()));
    }
    var identity =
        new MemoryContainer.Identity(
            Ids.fresh(64), name, freshAddress(), node.address, labels, ports);
    var container = new MemoryContainer(identity, spec, image, node.shelf.idOf(spec.image()));
    containers.put(container, node);
    return container;
  }

  static String freshAddress() {
    var number = ADDRESSES.getAndIncrement();
    return "127.%d.%d.%d"
        .formatted(200 + number / 62500 % 50, number / 250 % 250, number % 250 + 1);
  }

  synchronized List<MemoryContainer> all() {
    return List.copyOf(containers.keySet());
  }

  synchronized List<MemoryContainer> on(MemoryNode node) {
    return containers.entrySet().stream()
        .filter(entry -> entry.getValue() == node)
        .map(Map.Entry::getKey)
        .sorted(Comparator.comparing(MemoryContainer::id))
        .toList();
  }

  synchronized @Nullable MemoryContainer find(MemoryNode node, String idOrName) {
    for (var container : on(node)) {
      if (container.id().startsWith(idOrName) || container.info().name().equals(idOrName)) {
        return container;
      }
    }
    return null;
  }

  synchronized void drop(MemoryContainer container) {
    container.kill();
    containers.remove(container);
  }

  boolean uses(MemoryNode node, String image) {
    return on(node).stream()
        .anyMatch(c -> c.running() && (c.imageName().equals(image) || c.imageId().equals(image)));
  }

  boolean mounted(MemoryNode node, String volume) {
    return on(node).stream()
        .flatMap(container -> container.spec().mounts().stream())
        .anyMatch(mount -> mount.volume().equals(volume));
  }
}
