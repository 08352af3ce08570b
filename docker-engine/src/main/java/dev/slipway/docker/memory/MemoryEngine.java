package dev.slipway.docker.memory;

import dev.slipway.docker.BuildListener;
import dev.slipway.docker.BuildResult;
import dev.slipway.docker.BuildSpec;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerStats;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DiskUsage;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.EngineEvent;
import dev.slipway.docker.EngineInfo;
import dev.slipway.docker.Follow;
import dev.slipway.docker.ImageInfo;
import dev.slipway.docker.LogRequest;
import dev.slipway.docker.NetworkInfo;
import dev.slipway.docker.OutputHandler;
import dev.slipway.docker.OutputKind;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.TaskInfo;
import dev.slipway.docker.TransferProgress;
import dev.slipway.docker.VolumeInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An engine without Docker, for tests of everything above it. {@link #hold} gives it images whose
 * containers do what the test needs, {@link #failNext} and {@link #down} make it misbehave.
 */
public final class MemoryEngine implements DockerEngine {
  private final MemoryShelf shelf = new MemoryShelf();
  private final MemorySwarm swarm = new MemorySwarm(shelf, this::publish);
  private final Map<String, Deque<RuntimeException>> failures = new ConcurrentHashMap<>();
  private final Map<String, Integer> calls = new ConcurrentHashMap<>();
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final List<EngineEvent> history = new CopyOnWriteArrayList<>();
  private volatile boolean down;

  private record Subscription(Map<String, String> labels, BlockingQueue<EngineEvent> queue) {}

  // ---- what only tests ask

  /** Puts an image on this engine; its id. */
  public String hold(String reference, MemoryImage image) {
    return shelf.hold(reference, image);
  }

  /** Puts an image in the registry, from where pulls and tasks get it. */
  public void publish(String reference, MemoryImage image) {
    shelf.publish(reference, image);
  }

  /**
   * The next call of the port's method of this name throws this instead; may be given repeatedly.
   */
  public void failNext(String method, RuntimeException failure) {
    failures.computeIfAbsent(method, m -> new ArrayDeque<>()).add(failure);
  }

  /** While down, every call throws {@link DockerProblem.EngineDown}; containers go on. */
  public void down(boolean value) {
    down = value;
  }

  /** How often the port's method of this name was called. */
  public int calls(String method) {
    return calls.getOrDefault(method, 0);
  }

  /** Makes a running container print a line. */
  public void print(String containerId, OutputKind kind, String text) {
    existing(containerId).print(kind, text);
  }

  /** Drops a container's oldest lines, as a log file that is rotated does. */
  public void rotate(String containerId, int lines) {
    existing(containerId).rotate(lines);
  }

  /** Ends a container as a crash would. */
  public void crash(String containerId, int exitCode) {
    swarm.crash(containerId, exitCode);
  }

  // ---- the port

  private void called(String method) {
    calls.merge(method, 1, Integer::sum);
    if (Thread.currentThread().isInterrupted()) {
      throw new DockerProblem.Cancelled("interrupted while asking the engine");
    }
    if (down) {
      throw new DockerProblem.EngineDown("the engine is not reachable", null);
    }
    var planned = failures.get(method);
    if (planned != null && planned.poll() instanceof RuntimeException failure) {
      throw failure;
    }
  }

  private static boolean carries(Map<String, String> all, Map<String, String> wanted) {
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("a listing needs at least one label");
    }
    return all.entrySet().containsAll(wanted.entrySet());
  }

  @Override
  public EngineInfo info() {
    called("info");
    return new EngineInfo(
        "memory",
        "1.44",
        EngineInfo.Swarm.MANAGER,
        "memory-node",
        "/memory",
        1L << 40,
        null,
        "2",
        "x86_64",
        2,
        4L << 30);
  }

  @Override
  public void ping() {
    called("ping");
  }

  @Override
  public Optional<ImageInfo> image(String reference) {
    called("image");
    return Optional.ofNullable(shelf.info(reference));
  }

  @Override
  public List<ImageInfo> images(Map<String, String> labels) {
    called("images");
    return shelf.infos().stream().filter(image -> carries(image.labels(), labels)).toList();
  }

  @Override
  public ImageInfo pull(
      String reference, @Nullable RegistryAuth auth, Consumer<TransferProgress> progress) {
    called("pull");
    progress.accept(new TransferProgress("", "Pulling from memory", 0, 0));
    if (shelf.obtain(reference) == null) {
      throw new DockerProblem.ImageMissing(reference, "manifest for " + reference + " not found");
    }
    return image(reference).orElseThrow();
  }

  @Override
  public String push(
      String reference, @Nullable RegistryAuth auth, Consumer<TransferProgress> progress) {
    called("push");
    shelf.publish(reference, shelf.existing(reference));
    return "sha256:" + Ids.fresh(64);
  }

  @Override
  public void tag(String reference, String newReference) {
    called("tag");
    shelf.tag(reference, newReference);
  }

  @Override
  public void removeImage(String reference) {
    called("removeImage");
    if (swarm.uses(reference)) {
      throw new DockerProblem.Conflict(reference + " is in use by a running container");
    }
    shelf.remove(reference);
  }

  @Override
  public BuildResult build(BuildSpec spec, BuildListener listener) {
    called("build");
    return new MemoryBuild(shelf, spec, listener).run();
  }

  @Override
  public NetworkInfo ensureNetwork(String name, Map<String, String> labels) {
    called("ensureNetwork");
    return shelf.network(name, labels);
  }

  @Override
  public void removeNetwork(String name) {
    called("removeNetwork");
    if (swarm.attached(name)) {
      throw new DockerProblem.Conflict("network " + name + " is in use");
    }
    shelf.removeNetwork(name);
  }

  @Override
  public List<NetworkInfo> networks(Map<String, String> labels) {
    called("networks");
    return shelf.networks().stream().filter(n -> carries(n.labels(), labels)).toList();
  }

  @Override
  public String createService(ServiceSpec spec) {
    called("createService");
    return swarm.create(spec);
  }

  @Override
  public Optional<ServiceInfo> service(String name) {
    called("service");
    return Optional.ofNullable(swarm.service(name));
  }

  @Override
  public List<ServiceInfo> services(Map<String, String> labels) {
    called("services");
    return swarm.services().stream().filter(s -> carries(s.labels(), labels)).toList();
  }

  @Override
  public void scaleService(String name, int replicas) {
    called("scaleService");
    swarm.scale(name, replicas);
  }

  @Override
  public void labelService(String name, Map<String, String> labels) {
    called("labelService");
    swarm.label(name, labels);
  }

  @Override
  public void restartService(String name) {
    called("restartService");
    swarm.restart(name);
  }

  @Override
  public void removeService(String name) {
    called("removeService");
    swarm.remove(name);
  }

  @Override
  public List<TaskInfo> tasks(String serviceName) {
    called("tasks");
    return swarm.tasks(serviceName);
  }

  @Override
  public Optional<ContainerInfo> container(String id) {
    called("container");
    return Optional.ofNullable(swarm.container(id)).map(MemoryContainer::info);
  }

  @Override
  public List<ContainerSummary> containers(Map<String, String> labels) {
    called("containers");
    return swarm.containers().stream()
        .filter(container -> carries(container.labels(), labels))
        .map(MemoryContainer::summary)
        .toList();
  }

  @Override
  public void stopContainer(String id, Duration grace) {
    called("stopContainer");
    if (swarm.container(id) != null) {
      swarm.crash(id, 143);
    }
  }

  @Override
  public void removeContainer(String id) {
    called("removeContainer");
    swarm.removeContainer(id);
  }

  private MemoryContainer existing(String id) {
    var container = swarm.container(id);
    if (container == null) {
      throw new DockerProblem.NotFound("No such container: " + id);
    }
    return container;
  }

  @Override
  public Follow logs(String containerId, LogRequest request, OutputHandler handler) {
    called("logs");
    return existing(containerId).logs(request, handler);
  }

  @Override
  public int exec(
      String containerId, List<String> command, Duration timeout, OutputHandler output) {
    called("exec");
    var container = existing(containerId);
    if (!container.running()) {
      throw new DockerProblem.Conflict("container " + containerId + " is not running");
    }
    var answer = container.image().exec().apply(command);
    for (var line : answer.lines()) {
      var bytes = (line.text() + "\n").getBytes(StandardCharsets.UTF_8);
      output.frame(line.kind(), bytes, 0, bytes.length);
    }
    return answer.exitCode();
  }

  @Override
  public Optional<ContainerStats> stats(String containerId) {
    called("stats");
    var container = existing(containerId);
    return container.running() ? Optional.of(container.stats()) : Optional.empty();
  }

  @Override
  public VolumeInfo ensureVolume(String name, Map<String, String> labels) {
    called("ensureVolume");
    return shelf.volume(name, labels);
  }

  @Override
  public void removeVolume(String name) {
    called("removeVolume");
    if (swarm.mounted(name)) {
      throw new DockerProblem.Conflict("volume " + name + " is in use");
    }
    shelf.removeVolume(name);
  }

  @Override
  public List<VolumeInfo> volumes(Map<String, String> labels) {
    called("volumes");
    return shelf.volumes().stream().filter(v -> carries(v.labels(), labels)).toList();
  }

  @Override
  public Follow events(Map<String, String> labels, long sinceNanos, Consumer<EngineEvent> handler) {
    called("events");
    var wanted = new Subscription(Map.copyOf(labels), new LinkedBlockingQueue<>());
    if (sinceNanos > 0) {
      history.stream()
          .filter(event -> event.atNanos() >= sinceNanos)
          .forEach(e -> offer(wanted, e));
    }
    subscriptions.add(wanted);
    return MemoryFollow.start(() -> {
      try {
        while (true) {
          handler.accept(wanted.queue().take());
        }
      } finally {
        subscriptions.remove(wanted);
      }
    });
  }

  private void publish(EngineEvent event) {
    history.add(event);
    subscriptions.forEach(wanted -> offer(wanted, event));
  }

  private static void offer(Subscription wanted, EngineEvent event) {
    if (carries(event.attributes(), wanted.labels())) {
      wanted.queue().add(event);
    }
  }

  @Override
  public DiskUsage diskUsage() {
    called("diskUsage");
    return new DiskUsage(0, 0, 0, 0);
  }

  @Override
  public void close() {
    swarm.close();
  }
}
