package dev.slipway.docker.memory;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.EngineEvent;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.TaskInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Services and tasks of the twin: keeps as many containers running as each service wants. */
final class MemorySwarm implements AutoCloseable {
  /** As many ended tasks a slot as Swarm keeps. */
  private static final int HISTORY = 5;

  private static final AtomicLong ADDRESSES = new AtomicLong();

  private final MemoryShelf shelf;
  private final Consumer<EngineEvent> events;
  private final Map<String, Service> services = new LinkedHashMap<>();
  private final Map<String, MemoryContainer> containers = new LinkedHashMap<>();
  private final ScheduledThreadPoolExecutor later;

  MemorySwarm(MemoryShelf shelf, Consumer<EngineEvent> events) {
    this.shelf = shelf;
    this.events = events;
    this.later =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("memory-swarm").factory());
  }

  private static final class Service {
    private final String id = Ids.fresh(25);
    private final Instant createdAt = Instant.now();
    private final List<Task> tasks = new ArrayList<>();
    private ServiceSpec spec;
    private Instant updatedAt = createdAt;

    private Service(ServiceSpec spec) {
      this.spec = spec;
    }

    private ServiceInfo info() {
      var env = spec.env().entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
      return new ServiceInfo(
          id,
          spec.name(),
          spec.image(),
          spec.labels(),
          spec.containerLabels(),
          env,
          spec.replicas(),
          createdAt,
          updatedAt);
    }
  }

  private static final class Task {
    private final String id = Ids.fresh(25);
    private final int slot;
    private final @Nullable MemoryContainer container;
    private TaskInfo.State state;
    private TaskInfo.State desired = TaskInfo.State.RUNNING;
    private @Nullable String error;
    private Instant at = Instant.now();

    private Task(int slot, @Nullable MemoryContainer container, TaskInfo.State state) {
      this.slot = slot;
      this.container = container;
      this.state = state;
    }

    private void become(TaskInfo.State next) {
      state = next;
      at = Instant.now();
    }

    private TaskInfo info() {
      return new TaskInfo(
          id,
          slot,
          state,
          desired,
          container == null ? null : container.id(),
          error,
          state.ended() && container != null ? container.exitCode() : null,
          "memory-node",
          List.of(),
          container == null || !container.running()
              ? List.of()
              : List.copyOf(container.info().networks().values()),
          at);
    }
  }

  synchronized String create(ServiceSpec spec) {
    if (services.containsKey(spec.name())) {
      throw new DockerProblem.Conflict("name conflicts with an existing object: " + spec.name());
    }
    for (var attachment : spec.networks()) {
      if (!shelf.hasNetwork(attachment.network())) {
        throw new DockerProblem.NotFound("network " + attachment.network() + " not found");
      }
    }
    var service = new Service(spec);
    services.put(spec.name(), service);
    later.execute(() -> settle(service));
    return service.id;
  }

  /** Starts what is wanted and stops what is not. */
  private synchronized void settle(Service service) {
    if (services.get(service.spec.name()) != service) {
      return;
    }
    var restart = service.spec.restart().condition();
    for (var slot = 1; slot <= service.spec.replicas(); slot++) {
      var last = latest(service, slot);
      if (last == null || last.desired == TaskInfo.State.SHUTDOWN) {
        start(service, slot);
      } else if (last.state.ended() && restart != ServiceSpec.Restart.Condition.NEVER) {
        replaceEnded(service, last);
      }
    }
    for (var task : service.tasks) {
      if (task.slot > service.spec.replicas()) {
        shutDown(task);
      }
    }
  }

  private void replaceEnded(Service service, Task task) {
    var failed = task.state != TaskInfo.State.COMPLETE;
    if (failed || service.spec.restart().condition() == ServiceSpec.Restart.Condition.ALWAYS) {
      task.desired = TaskInfo.State.SHUTDOWN;
      start(service, task.slot);
    }
  }

  private void start(Service service, int slot) {
    var image = shelf.obtain(service.spec.image());
    if (image == null) {
      var task = new Task(slot, null, TaskInfo.State.REJECTED);
      task.error = "No such image: " + service.spec.image();
      added(service, task);
      again(service);
      return;
    }
    var spec = service.spec;
    var container =
        new MemoryContainer(identity(service, slot), spec, image, shelf.idOf(spec.image()));
    containers.put(container.id(), container);
    var task = new Task(slot, container, TaskInfo.State.RUNNING);
    added(service, task);
    container.start();
    tell(container, "start");
    if (!container.running()) {
      ended(service, task);
    }
  }

  private static MemoryContainer.Identity identity(Service service, int slot) {
    var number = ADDRESSES.getAndIncrement();
    var address =
        "127.%d.%d.%d".formatted(200 + number / 62500 % 50, number / 250 % 250, number % 250 + 1);
    var labels = new HashMap<>(service.spec.containerLabels());
    labels.put("com.docker.swarm.service.name", service.spec.name());
    labels.put("com.docker.swarm.service.id", service.id);
    var name = service.spec.name() + "." + slot + "." + Ids.fresh(25);
    return new MemoryContainer.Identity(Ids.fresh(64), name, address, labels);
  }

  private void added(Service service, Task task) {
    service.tasks.add(task);
    var old = service.tasks.stream().filter(t -> t.slot == task.slot && t.state.ended()).toList();
    for (var i = 0; i < old.size() - HISTORY; i++) {
      service.tasks.remove(old.get(i));
    }
  }

  private void ended(Service service, Task task) {
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
    tell(container, "die");
    again(service);
  }

  private void again(Service service) {
    later.schedule(
        () -> settle(service), service.spec.restart().delayMillis(), TimeUnit.MILLISECONDS);
  }

  private void shutDown(Task task) {
    task.desired = TaskInfo.State.SHUTDOWN;
    if (!task.state.ended()) {
      task.become(TaskInfo.State.SHUTDOWN);
      if (task.container != null) {
        task.container.stop();
        tell(task.container, "die");
      }
    }
  }

  private @Nullable Task latest(Service service, int slot) {
    Task last = null;
    for (var task : service.tasks) {
      last = task.slot == slot ? task : last;
    }
    return last;
  }

  synchronized @Nullable ServiceInfo service(String nameOrId) {
    var service = find(nameOrId);
    return service == null ? null : service.info();
  }

  private @Nullable Service find(String nameOrId) {
    for (var service : services.values()) {
      if (service.spec.name().equals(nameOrId) || service.id.equals(nameOrId)) {
        return service;
      }
    }
    return null;
  }

  private Service existing(String name) {
    var service = find(name);
    if (service == null) {
      throw new DockerProblem.NotFound("service " + name + " not found");
    }
    service.updatedAt = Instant.now();
    return service;
  }

  synchronized List<ServiceInfo> services() {
    return services.values().stream().map(Service::info).toList();
  }

  synchronized void scale(String name, int replicas) {
    var service = existing(name);
    service.spec = Specs.scaled(service.spec, replicas);
    later.execute(() -> settle(service));
  }

  synchronized void label(String name, Map<String, String> labels) {
    var service = existing(name);
    service.spec = Specs.labelled(service.spec, labels);
  }

  synchronized void restart(String name) {
    var service = existing(name);
    var old = service.tasks.stream().filter(task -> !task.state.ended()).toList();
    for (var slot = 1; slot <= service.spec.replicas(); slot++) {
      start(service, slot);
    }
    old.forEach(this::shutDown);
  }

  synchronized void remove(String name) {
    var service = find(name);
    if (service != null) {
      services.remove(service.spec.name());
      service.tasks.forEach(this::shutDown);
      service.tasks.forEach(task -> drop(task.container));
    }
  }

  private void drop(@Nullable MemoryContainer container) {
    if (container != null) {
      container.kill();
      containers.remove(container.id());
    }
  }

  synchronized List<TaskInfo> tasks(String name) {
    var service = find(name);
    if (service == null) {
      return List.of();
    }
    var newestFirst = new ArrayList<>(service.tasks).reversed();
    return newestFirst.stream().map(Task::info).toList();
  }

  synchronized List<MemoryContainer> containers() {
    return containers.values().stream().sorted(Comparator.comparing(MemoryContainer::id)).toList();
  }

  synchronized @Nullable MemoryContainer container(String idOrName) {
    for (var container : containers.values()) {
      if (container.id().startsWith(idOrName) || container.info().name().equals(idOrName)) {
        return container;
      }
    }
    return null;
  }

  /** Ends a container from outside, as a crash would. */
  synchronized void crash(String containerId, int code) {
    var container = container(containerId);
    if (container == null) {
      throw new DockerProblem.NotFound("No such container: " + containerId);
    }
    container.end(code);
    noticeEnd(container);
  }

  synchronized void removeContainer(String idOrName) {
    var container = container(idOrName);
    if (container != null) {
      container.kill();
      noticeEnd(container);
      containers.remove(container.id());
    }
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

  synchronized boolean uses(String image) {
    return containers.values().stream()
        .anyMatch(c -> c.running() && (c.imageName().equals(image) || c.imageId().equals(image)));
  }

  synchronized boolean attached(String network) {
    return services.values().stream()
        .flatMap(service -> service.spec.networks().stream())
        .anyMatch(attachment -> attachment.network().equals(network));
  }

  synchronized boolean mounted(String volume) {
    return containers.values().stream()
        .flatMap(container -> container.spec().mounts().stream())
        .anyMatch(mount -> mount.volume().equals(volume));
  }

  private void tell(MemoryContainer container, String action) {
    var attributes = new HashMap<>(container.labels());
    attributes.put("image", container.imageName());
    if (action.equals("die")) {
      attributes.put("exitCode", "" + container.exitCode());
    }
    var now = Instant.now();
    var nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    events.accept(new EngineEvent("container", action, container.id(), attributes, nanos));
  }

  @Override
  public synchronized void close() {
    later.shutdownNow();
    List.copyOf(services.keySet()).forEach(this::remove);
  }
}
