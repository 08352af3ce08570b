package dev.slipway.docker.memory;

import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerStats;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.EngineEvent;
import dev.slipway.docker.ExecSpec;
import dev.slipway.docker.Follow;
import dev.slipway.docker.LogRequest;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.OutputHandler;
import dev.slipway.docker.OutputKind;
import dev.slipway.docker.Program;
import dev.slipway.docker.ProgramSpec;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.docker.ServiceChange;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.TaskInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An engine without Docker, for tests of everything above it. {@link #hold} gives it images whose
 * containers do what the test needs, {@link #failNext} and {@link #down} make it misbehave, {@link
 * #join} gives its Swarm another node.
 */
public final class MemoryEngine extends MemoryStock {
  /** A Swarm of one. */
  public MemoryEngine() {
    this(new MemorySwarm(), "memory", NodeInfo.Role.MANAGER);
  }

  private MemoryEngine(MemorySwarm swarm, String hostname, NodeInfo.Role role) {
    super(swarm, hostname, role);
  }

  // ---- what only tests ask

  /** The engine of another host, which joins this one's Swarm. Closing it closes nothing. */
  public MemoryEngine join(String hostname, NodeInfo.Role role) {
    return new MemoryEngine(swarm, hostname, role);
  }

  /** Puts an image on this engine whose programs, in containers of their own or not, do this. */
  public void program(String image, MemoryProgram program) {
    if (shelf.info(image) == null) {
      shelf.hold(image, MemoryImage.silent());
    }
    swarm.programs.put(image, program);
  }

  /** The host loses its power: the Swarm counts it as down, and its containers have ended. */
  public void losePower() {
    swarm.programs.lose(node);
    swarm.programs.find(node);
    swarm.hosts.on(node).forEach(MemoryContainer::kill);
    cutOff();
  }

  /** The Swarm counts this host as down while its containers go on. */
  public void cutOff() {
    swarm.hosts.change(node.id, host -> host.state = NodeInfo.State.DOWN);
  }

  /** The Swarm has another leader, who has not heard of this host yet. */
  public void losesLeader() {
    swarm.hosts.change(node.id, host -> host.state = NodeInfo.State.UNKNOWN);
    swarm.forgetPorts();
  }

  /** The host is back: it ends what was moved away from it meanwhile. */
  public void comeBack() {
    swarm.hosts.change(node.id, host -> host.state = NodeInfo.State.READY);
    swarm.returned(node);
  }

  /** From now on what has ended is replaced after this time, however much its service asks for. */
  public void replacesWithin(Duration longest) {
    swarm.longestDelayMillis = longest.toMillis();
  }

  /** Starts a container that belongs to no service, as {@code docker run} does; its id. */
  public String run(String name, Map<String, String> labels, MemoryImage image) {
    return swarm.hosts.run(node, ServiceSpec.of(name, name).build(), labels, image).id();
  }

  /**
   * Every time containers of two services had the same volume of one node at once, since the start:
   * the volume and both services.
   */
  public List<String> sharedVolumes() {
    return swarm.hosts.shared();
  }

  /** From now on the registry gives images only to who presents these; null: to all. */
  public void registryWants(@Nullable RegistryAuth credentials) {
    swarm.registry.wants(credentials);
  }

  /** Takes an image out of the registry. */
  public void unpublish(String reference) {
    swarm.registry.forget(reference);
  }

  /** Puts an image on this engine; its id. */
  public String hold(String reference, MemoryImage image) {
    return shelf.hold(reference, image);
  }

  /** Puts an image in the registry, from where pulls and tasks get it. */
  public void publish(String reference, MemoryImage image) {
    swarm.registry.publish(reference, image);
  }

  /**
   * The next call of the port's method of this name throws this instead; may be given repeatedly.
   */
  public void failNext(String method, RuntimeException failure) {
    plan.next(
        method,
        () -> {
          throw failure;
        });
  }

  /** The next call of the port's method of this name does this first; may be given repeatedly. */
  public void beforeNext(String method, Runnable first) {
    plan.next(method, first);
  }

  /**
   * While down, every call throws {@link DockerProblem.EngineDown} and so do the streams of
   * programs that run; containers go on.
   */
  public void down(boolean value) {
    plan.down(value);
    if (value) {
      swarm.programs.lose(node);
    } else {
      swarm.programs.find(node);
    }
  }

  /** How often the port's method of this name was called. */
  public int calls(String method) {
    return plan.calls(method);
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
    swarm.crash(existing(containerId), exitCode);
  }

  // ---- the port

  @Override
  public String createService(ServiceSpec spec) {
    managing("createService");
    return swarm.create(spec);
  }

  @Override
  public Optional<ServiceInfo> service(String name) {
    managing("service");
    return Optional.ofNullable(swarm.service(name));
  }

  @Override
  public List<ServiceInfo> services(Map<String, String> labels) {
    managing("services");
    return swarm.services().stream().filter(s -> carries(s.labels(), labels)).toList();
  }

  @Override
  public void scaleService(String name, int replicas) {
    managing("scaleService");
    swarm.change(name, spec -> Specs.scaled(spec, replicas));
  }

  @Override
  public void changeService(ServiceInfo seen, ServiceChange change) {
    managing("changeService");
    swarm.change(seen, change);
  }

  @Override
  public void labelService(String name, Map<String, String> labels) {
    managing("labelService");
    swarm.change(name, spec -> Specs.labelled(spec, labels));
  }

  @Override
  public void restartService(String name) {
    managing("restartService");
    swarm.restart(name);
  }

  @Override
  public void removeService(String name) {
    managing("removeService");
    swarm.remove(name);
  }

  @Override
  public List<TaskInfo> tasks(String serviceName) {
    managing("tasks");
    return swarm.tasks(serviceName);
  }

  @Override
  public List<TaskInfo> tasks(Map<String, String> labels) {
    managing("tasks");
    needed(labels);
    return swarm.wanted().stream().filter(task -> carries(task.labels(), labels)).toList();
  }

  @Override
  public Optional<ContainerInfo> container(String id) {
    called("container");
    return Optional.ofNullable(swarm.hosts.find(node, id)).map(MemoryContainer::info);
  }

  @Override
  public List<ContainerSummary> containers(Map<String, String> labels) {
    called("containers");
    return swarm.hosts.on(node).stream()
        .filter(container -> carries(container.labels(), labels))
        .map(MemoryContainer::summary)
        .toList();
  }

  @Override
  public void stopContainer(String id, Duration grace) {
    called("stopContainer");
    if (swarm.hosts.find(node, id) instanceof MemoryContainer container) {
      swarm.crash(container, 143);
    }
  }

  @Override
  public void pauseContainer(String id) {
    called("pauseContainer");
    if (!existing(id).pause(true)) {
      throw new DockerProblem.Conflict("container " + id + " is not running");
    }
  }

  @Override
  public void unpauseContainer(String id) {
    called("unpauseContainer");
    if (swarm.hosts.find(node, id) instanceof MemoryContainer container) {
      container.pause(false);
    }
  }

  @Override
  public void removeContainer(String id) {
    called("removeContainer");
    if (swarm.hosts.find(node, id) instanceof MemoryContainer container) {
      swarm.removeContainer(container);
    }
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
  public Program run(ProgramSpec spec) {
    called("run");
    return swarm.programs.run(node, spec);
  }

  @Override
  public Program exec(String containerId, ExecSpec spec) {
    called("exec");
    return swarm.programs.exec(node, existing(containerId), spec);
  }

  @Override
  public Optional<ContainerStats> stats(String containerId) {
    called("stats");
    var container = existing(containerId);
    return container.running() ? Optional.of(container.stats()) : Optional.empty();
  }

  @Override
  public Follow events(Map<String, String> labels, long sinceNanos, Consumer<EngineEvent> handler) {
    called("events");
    return node.events.follow(labels, sinceNanos, handler);
  }

  @Override
  public long buildCacheBytes() {
    called("buildCacheBytes");
    return 0;
  }

  @Override
  public long pruneBuildCache(Duration unusedFor, long keepBytes) {
    called("pruneBuildCache");
    return 0; // nothing is kept between builds here
  }

  @Override
  public void close() {
    if (node.id.equals(MemoryNode.FIRST)) {
      swarm.close();
    }
  }
}
