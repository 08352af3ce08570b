package dev.slipway.docker.memory;

import dev.slipway.docker.PublishedPort;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.TaskInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A service of the twin and its tasks. Guarded by the swarm's lock. */
final class MemoryService {
  /** As many ended tasks a slot as Swarm keeps. */
  private static final int HISTORY = 5;

  final String id = Ids.fresh(25);
  final List<Task> tasks = new ArrayList<>();
  private final Instant createdAt = Instant.now();
  private Instant updatedAt = createdAt;
  private long version;
  private ServiceSpec spec;

  MemoryService(ServiceSpec spec, long version) {
    this.spec = spec;
    this.version = version;
  }

  ServiceSpec spec() {
    return spec;
  }

  String name() {
    return spec.name();
  }

  long version() {
    return version;
  }

  void become(ServiceSpec next, long newVersion) {
    spec = next;
    version = newVersion;
    updatedAt = Instant.now();
  }

  ServiceInfo info() {
    var env = spec.env().entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    return new ServiceInfo(
        id,
        version,
        spec.name(),
        spec.image(),
        spec.labels(),
        spec.containerLabels(),
        env,
        spec.replicas(),
        spec.placement().constraints(),
        createdAt,
        updatedAt);
  }

  void add(Task task) {
    tasks.add(task);
    var old = tasks.stream().filter(t -> t.slot == task.slot && t.state.ended()).toList();
    for (var i = 0; i < old.size() - HISTORY; i++) {
      tasks.remove(old.get(i));
    }
  }

  @Nullable Task latest(int slot) {
    Task last = null;
    for (var task : tasks) {
      last = task.slot == slot ? task : last;
    }
    return last;
  }

  /** How many of its tasks are wanted on a node. */
  long on(MemoryNode node) {
    return tasks.stream()
        .filter(t -> t.node == node && t.desired == TaskInfo.State.RUNNING && !t.state.ended())
        .count();
  }

  List<TaskInfo> newestFirst() {
    return new ArrayList<>(tasks).reversed().stream().map(task -> task.info(this)).toList();
  }

  /** One attempt to run a replica. */
  static final class Task {
    final int slot;
    final @Nullable MemoryNode node;
    final @Nullable MemoryContainer container;
    TaskInfo.State state;
    TaskInfo.State desired = TaskInfo.State.RUNNING;
    @Nullable String error;
    private final String id = Ids.fresh(25);
    private Instant at = Instant.now();

    /** As after an election: the new leader is not told again. */
    boolean portsForgotten;

    Task(
        int slot,
        @Nullable MemoryNode node,
        @Nullable MemoryContainer container,
        TaskInfo.State state) {
      this.slot = slot;
      this.node = node;
      this.container = container;
      this.state = state;
    }

    void become(TaskInfo.State next) {
      state = next;
      at = Instant.now();
    }

    boolean lives() {
      return desired == TaskInfo.State.RUNNING && !state.ended();
    }

    TaskInfo info(MemoryService service) {
      var held = container;
      return new TaskInfo(
          id,
          service.id,
          service.spec.containerLabels(),
          slot,
          state,
          desired,
          held == null ? null : held.id(),
          error,
          state.ended() && held != null ? held.exitCode() : null,
          node == null ? null : node.id,
          held == null || state.ended() || portsForgotten
              ? List.<PublishedPort>of()
              : held.hostPorts(),
          held == null || state.ended() ? Map.<String, String>of() : held.networks(),
          at);
    }
  }
}
