package dev.slipway.docker.memory;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.ServiceChange;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.TaskInfo;
import dev.slipway.docker.memory.MemoryService.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Services and tasks of the twin: keeps as many containers running as each service wants. */
final class MemorySwarm implements AutoCloseable {
  final MemoryNetworks networks = new MemoryNetworks();
  final MemoryRegistry registry = new MemoryRegistry();
  final MemoryHosts hosts = new MemoryHosts(registry, this::resettle);
  final MemoryPrograms programs = new MemoryPrograms(hosts, networks);
  private final Map<String, MemoryService> services = new LinkedHashMap<>();
  private final ScheduledThreadPoolExecutor later =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("memory-swarm").factory());

  /** The most that is heard of how long services want to wait before what has ended is replaced. */
  volatile long longestDelayMillis = Long.MAX_VALUE;

  private long index;

  synchronized String create(ServiceSpec spec) {
    if (services.containsKey(spec.name())) {
      throw new DockerProblem.Conflict("name conflicts with an existing object: " + spec.name());
    }
    for (var attachment : spec.networks()) {
      if (!networks.has(attachment.network())) {
        throw new DockerProblem.NotFound("network " + attachment.network() + " not found");
      }
    }
    var service = new MemoryService(spec, ++index);
    services.put(spec.name(), service);
    later.execute(() -> settle(service));
    return service.id;
  }

  /** A node came, went or changed. */
  private synchronized void resettle() {
    for (var service : List.copyOf(services.values())) {
      service.tasks.stream().filter(Task::lives).forEach(this::evict);
      later.execute(() -> settle(service));
    }
  }

  /** A new leader keeps the tasks, but not where they are published. */
  synchronized void forgetPorts() {
    services.values().forEach(s -> s.tasks.forEach(task -> task.portsForgotten = true));
  }

  /** What is on a node that is down or drained is wanted elsewhere. */
  private void evict(Task task) {
    var node = task.node;
    if (node == null) {
      task.desired = TaskInfo.State.SHUTDOWN; // it waited for a node
    } else if (node.state == NodeInfo.State.DOWN) {
      task.desired = TaskInfo.State.SHUTDOWN; // its state is not known any more
    } else if (node.drains()) {
      shutDown(task);
    }
  }

  /** Starts what is wanted and stops what is not. */
  private synchronized void settle(MemoryService service) {
    if (services.get(service.name()) != service) {
      return;
    }
    var restart = service.spec().restart().condition();
    for (var slot = 1; slot <= service.spec().replicas(); slot++) {
      var last = service.latest(slot);
      if (last == null || last.desired == TaskInfo.State.SHUTDOWN) {
        start(service, slot);
      } else if (last.state.ended() && restart != ServiceSpec.Restart.Condition.NEVER) {
        replaceEnded(service, last);
      }
    }
    for (var task : service.tasks) {
      if (task.slot > service.spec().replicas()) {
        shutDown(task);
      }
    }
  }

  private void replaceEnded(MemoryService service, Task task) {
    var failed = task.state != TaskInfo.State.COMPLETE;
    if (failed || service.spec().restart().condition() == ServiceSpec.Restart.Condition.ALWAYS) {
      task.desired = TaskInfo.State.SHUTDOWN;
      start(service, task.slot);
    }
  }

  private void start(MemoryService service, int slot) {
    var node = hosts.place(service);
    if (node == null) {
      var task = new Task(slot, null, null, TaskInfo.State.PENDING);
      task.error = "no suitable node (scheduling constraints not satisfied)";
      service.add(task);
      return;
    }
    var spec = service.spec();
    var image = node.shelf.obtain(spec.image(), spec.registryAuth());
    if (image == null) {
      var task = new Task(slot, node, null, TaskInfo.State.REJECTED);
      task.error = "No such image: " + spec.image();
      service.add(task);
      again(service);
      return;
    }
    var container = hosts.container(node, service, slot, image);
    var task = new Task(slot, node, container, TaskInfo.State.RUNNING);
    service.add(task);
    container.start();
    node.events.tell(container, "start");
    if (!container.running()) {
      ended(service, task);
    }
  }

  private void ended(MemoryService service, Task task) {
    var container = task.container;
    if (container == null || task.state.ended()) {
      return;
    }
    var wanted = task.desired == TaskInfo.State.RUNNING;
    var code = container.exitCode();
    task.become(
        !wanted
            ? TaskInfo.State.SHUTDOWN
            : code == 0 ? TaskInfo.State.COMPLETE : TaskInfo.State.FAILED);
    task.error = wanted && code != 0 ? "task: non-zero exit (" + code + ")" : null;
    Objects.requireNonNull(task.node).events.tell(container, "die");
    again(service);
  }

  private void again(MemoryService service) {
    long asked = service.spec().restart().delayMillis();
    later.schedule(
        () -> settle(service), Math.min(asked, longestDelayMillis), TimeUnit.MILLISECONDS);
  }

  private void shutDown(Task task) {
    task.desired = TaskInfo.State.SHUTDOWN;
    var node = task.node;
    if (!task.state.ended() && (node == null || node.ready())) {
      task.become(TaskInfo.State.SHUTDOWN);
      if (task.container != null && node != null) {
        task.container.stop();
        node.events.tell(task.container, "die");
      }
    }
  }

  /** A node that was down is told what went on without it. */
  synchronized void returned(MemoryNode node) {
    for (var service : services.values()) {
      for (var task : List.copyOf(service.tasks)) {
        if (task.node == node && task.desired == TaskInfo.State.SHUTDOWN) {
          shutDown(task);
        }
      }
    }
    for (var container : hosts.on(node)) {
      if (container.ofService() && taskOf(container) == null) {
        hosts.drop(container);
      }
    }
  }

  private @Nullable Task taskOf(MemoryContainer container) {
    return services.values().stream()
        .flatMap(service -> service.tasks.stream())
        .filter(task -> task.container == container)
        .findFirst()
        .orElse(null);
  }

  synchronized @Nullable ServiceInfo service(String nameOrId) {
    var service = find(nameOrId);
    return service == null ? null : service.info();
  }

  private @Nullable MemoryService find(String nameOrId) {
    for (var service : services.values()) {
      if (service.name().equals(nameOrId) || service.id.equals(nameOrId)) {
        return service;
      }
    }
    return null;
  }

  private MemoryService existing(String name) {
    var service = find(name);
    if (service == null) {
      throw new DockerProblem.NotFound("service " + name + " not found");
    }
    return service;
  }

  synchronized List<ServiceInfo> services() {
    return services.values().stream().map(MemoryService::info).toList();
  }

  /** Changes the spec of a service and starts or stops what follows from it. */
  synchronized void change(String name, UnaryOperator<ServiceSpec> change) {
    var service = existing(name);
    service.become(change.apply(service.spec()), ++index);
    later.execute(() -> settle(service));
  }

  synchronized void change(ServiceInfo seen, ServiceChange change) {
    if (existing(seen.id()).version() != seen.version()) {
      throw new DockerProblem.Outdated("update out of sequence");
    }
    var service = existing(seen.id());
    var next = Specs.changed(service.spec(), change);
    var replaced = Specs.otherTasks(service.spec(), next);
    service.become(next, ++index);
    if (replaced) {
      replaceTasks(service);
    }
    later.execute(() -> settle(service));
  }

  synchronized void restart(String name) {
    var service = existing(name);
    service.become(service.spec(), ++index);
    replaceTasks(service);
  }

  private void replaceTasks(MemoryService service) {
    var old = service.tasks.stream().filter(task -> !task.state.ended()).toList();
    if (service.spec().stopFirst()) {
      old.forEach(this::shutDown);
    }
    for (var slot = 1; slot <= service.spec().replicas(); slot++) {
      start(service, slot);
    }
    old.forEach(this::shutDown);
  }

  synchronized void remove(String name) {
    var service = find(name);
    if (service != null) {
      services.remove(service.name());
      service.tasks.forEach(this::shutDown);
      service.tasks.stream()
          .filter(task -> task.container != null && task.node != null && task.node.ready())
          .forEach(task -> hosts.drop(Objects.requireNonNull(task.container)));
    }
  }

  synchronized List<TaskInfo> tasks(String name) {
    var service = find(name);
    return service == null ? List.of() : service.newestFirst();
  }

  synchronized List<TaskInfo> wanted() {
    var found = new ArrayList<TaskInfo>();
    for (var service : services.values()) {
      service.newestFirst().stream()
          .filter(task -> task.desiredState() == TaskInfo.State.RUNNING)
          .forEach(found::add);
    }
    return found;
  }

  /** Ends a container from outside, as a crash would. */
  synchronized void crash(MemoryContainer container, int code) {
    container.end(code);
    noticeEnd(container);
  }

  synchronized void removeContainer(MemoryContainer container) {
    container.kill();
    noticeEnd(container);
    hosts.drop(container);
  }

  private void noticeEnd(MemoryContainer container) {
    for (var service : List.copyOf(services.values())) {
      for (var task : List.copyOf(service.tasks)) {
        if (task.container == container) {
          ended(service, task);
        }
      }
    }
  }

  synchronized boolean attached(String network) {
    return services.values().stream()
            .flatMap(service -> service.spec().networks().stream())
            .anyMatch(attachment -> attachment.network().equals(network))
        || hosts.all().stream().anyMatch(container -> container.joined(network));
  }

  @Override
  public synchronized void close() {
    later.shutdownNow();
    programs.close();
    List.copyOf(services.keySet()).forEach(this::remove);
    hosts.all().forEach(hosts::drop);
  }
}
