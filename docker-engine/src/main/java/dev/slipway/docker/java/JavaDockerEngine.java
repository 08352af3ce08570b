package dev.slipway.docker.java;

import com.fasterxml.jackson.databind.JsonNode;
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
import dev.slipway.docker.ExecSpec;
import dev.slipway.docker.Follow;
import dev.slipway.docker.ImageInfo;
import dev.slipway.docker.JoinTokens;
import dev.slipway.docker.LogRequest;
import dev.slipway.docker.NetworkInfo;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.OutputHandler;
import dev.slipway.docker.Program;
import dev.slipway.docker.ProgramSpec;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.docker.ServiceChange;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.TaskInfo;
import dev.slipway.docker.TransferProgress;
import dev.slipway.docker.VolumeInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A real Docker engine behind its socket. */
public final class JavaDockerEngine implements DockerEngine {
  /** Where an engine listens unless told otherwise. */
  public static final String DEFAULT_HOST = "unix:///var/run/docker.sock";

  private static final Duration PING_PATIENCE = Duration.ofSeconds(5);

  private final EngineHttp http;
  private final EngineApi api;
  private final ImageCalls images;
  private final ServiceCalls services;
  private final ContainerCalls containers;
  private final SharedCalls shared;
  private final NodeCalls nodes;
  private final Builds builds;
  private final ProgramCalls runs;
  private final Set<Follow> follows = ConcurrentHashMap.newKeySet();
  private final Set<HijackedProgram> programs = ConcurrentHashMap.newKeySet();

  private JavaDockerEngine(EngineAddress address) {
    http = new EngineHttp(address);
    api = new EngineApi(http);
    images = new ImageCalls(api);
    services = new ServiceCalls(api, images);
    containers = new ContainerCalls(api);
    shared = new SharedCalls(api);
    nodes = new NodeCalls(api);
    builds = new Builds(api, images);
    runs = new ProgramCalls(api, containers, shared);
  }

  /**
   * An engine at {@code unix:///path} or {@code tcp://host:port}. Asks nothing yet, so this
   * succeeds while the engine is still down.
   */
  public static JavaDockerEngine at(String host) {
    return new JavaDockerEngine(new EngineAddress(host));
  }

  @Override
  public EngineInfo info() {
    var info = api.get("/info");
    var swarm = info.path("Swarm");
    var root = info.path("DockerRootDir").asText();
    return new EngineInfo(
        info.path("ServerVersion").asText(),
        api.version(),
        swarm(swarm),
        Nodes.text(swarm.path("NodeID")),
        Nodes.text(swarm.path("NodeAddr")),
        NodeCalls.managers(swarm.path("RemoteManagers")),
        info.path("Name").asText(),
        root,
        freeBytes(root),
        builds.buildxVersion().orElse(null),
        info.path("CgroupVersion").asText("1"),
        info.path("Architecture").asText(),
        info.path("NCPU").asInt(),
        info.path("MemTotal").asLong());
  }

  private static EngineInfo.Swarm swarm(JsonNode node) {
    return switch (node.path("LocalNodeState").asText().toLowerCase(Locale.ROOT)) {
      case "active" ->
          node.path("ControlAvailable").asBoolean()
              ? EngineInfo.Swarm.MANAGER
              : EngineInfo.Swarm.WORKER;
      case "pending" -> EngineInfo.Swarm.PENDING;
      case "locked" -> EngineInfo.Swarm.LOCKED;
      case "error" -> EngineInfo.Swarm.ERROR;
      default -> EngineInfo.Swarm.INACTIVE;
    };
  }

  private long freeBytes(String root) {
    var path = Path.of(root);
    if (!http.address().local() || !Files.isDirectory(path)) {
      return -1;
    }
    try {
      return Files.getFileStore(path).getUsableSpace();
    } catch (IOException e) {
      return -1;
    }
  }

  @Override
  public void ping() {
    var call = new EngineHttp.Call("GET", "/_ping", Map.of(), null, PING_PATIENCE);
    try (var reply = http.send(call)) {
      if (!reply.ok()) {
        throw new DockerProblem.EngineDown("the engine answers " + reply.status(), null);
      }
    }
  }

  @Override
  public Optional<ImageInfo> image(String reference) {
    return images.image(reference);
  }

  @Override
  public List<ImageInfo> images(Map<String, String> labels) {
    return images.images(labels);
  }

  @Override
  public ImageInfo pull(
      String reference, @Nullable RegistryAuth auth, Consumer<TransferProgress> progress) {
    return images.pull(reference, auth, progress);
  }

  @Override
  public String push(
      String reference, @Nullable RegistryAuth auth, Consumer<TransferProgress> progress) {
    return images.push(reference, auth, progress);
  }

  @Override
  public Optional<String> registryDigest(String reference, @Nullable RegistryAuth auth) {
    return images.registryDigest(reference, auth);
  }

  @Override
  public void tag(String reference, String newReference) {
    images.tag(reference, newReference);
  }

  @Override
  public void removeImage(String reference) {
    images.remove(reference);
  }

  @Override
  public BuildResult build(BuildSpec spec, BuildListener listener) {
    return builds.build(spec, listener);
  }

  @Override
  public NetworkInfo ensureNetwork(String name, Map<String, String> labels) {
    return shared.ensureNetwork(name, labels);
  }

  @Override
  public void removeNetwork(String name) {
    shared.removeNetwork(name);
  }

  @Override
  public List<NetworkInfo> networks(Map<String, String> labels) {
    return shared.networks(labels);
  }

  @Override
  public void connectNetwork(String network, String containerId, List<String> aliases) {
    shared.connect(network, containerId, aliases);
  }

  @Override
  public void disconnectNetwork(String network, String containerId) {
    shared.disconnect(network, containerId);
  }

  @Override
  public List<NodeInfo> nodes() {
    return nodes.nodes();
  }

  @Override
  public void setNodeAvailability(String nodeId, NodeInfo.Availability availability) {
    nodes.setAvailability(nodeId, availability);
  }

  @Override
  public void setNodeRole(String nodeId, NodeInfo.Role role) {
    nodes.setRole(nodeId, role);
  }

  @Override
  public void removeNode(String nodeId, boolean force) {
    nodes.remove(nodeId, force);
  }

  @Override
  public JoinTokens joinTokens() {
    return nodes.joinTokens();
  }

  @Override
  public String createService(ServiceSpec spec) {
    return services.create(spec);
  }

  @Override
  public Optional<ServiceInfo> service(String name) {
    return services.service(name);
  }

  @Override
  public List<ServiceInfo> services(Map<String, String> labels) {
    return services.services(labels);
  }

  @Override
  public void scaleService(String name, int replicas) {
    services.scale(name, replicas);
  }

  @Override
  public void changeService(ServiceInfo seen, ServiceChange change) {
    services.change(seen, change);
  }

  @Override
  public void labelService(String name, Map<String, String> labels) {
    services.label(name, labels);
  }

  @Override
  public void restartService(String name) {
    services.restart(name);
  }

  @Override
  public void removeService(String name) {
    services.remove(name);
  }

  @Override
  public List<TaskInfo> tasks(String serviceName) {
    return services.tasks(serviceName);
  }

  @Override
  public List<TaskInfo> tasks(Map<String, String> labels) {
    return services.tasks(labels);
  }

  @Override
  public Optional<ContainerInfo> container(String id) {
    return containers.container(id);
  }

  @Override
  public List<ContainerSummary> containers(Map<String, String> labels) {
    return containers.containers(labels);
  }

  @Override
  public void stopContainer(String id, Duration grace) {
    containers.stop(id, grace);
  }

  @Override
  public void pauseContainer(String id) {
    containers.pause(id);
  }

  @Override
  public void unpauseContainer(String id) {
    containers.unpause(id);
  }

  @Override
  public void removeContainer(String id) {
    containers.remove(id);
  }

  @Override
  public Follow logs(String containerId, LogRequest request, OutputHandler handler) {
    return kept(containers.logs(containerId, request, handler));
  }

  @Override
  public int exec(
      String containerId, List<String> command, Duration timeout, OutputHandler output) {
    var spec = new ExecSpec(command, Map.of(), null, false);
    return containers.exec(containerId, spec, timeout, output);
  }

  @Override
  public Program run(ProgramSpec spec) {
    return kept(runs.run(spec));
  }

  @Override
  public Program exec(String containerId, ExecSpec spec) {
    return kept(runs.exec(containerId, spec));
  }

  @Override
  public Optional<ContainerStats> stats(String containerId) {
    return containers.stats(containerId);
  }

  @Override
  public VolumeInfo ensureVolume(String name, Map<String, String> labels) {
    return shared.ensureVolume(name, labels);
  }

  @Override
  public void removeVolume(String name) {
    shared.removeVolume(name);
  }

  @Override
  public List<VolumeInfo> volumes(Map<String, String> labels) {
    return shared.volumes(labels);
  }

  @Override
  public Follow events(Map<String, String> labels, long sinceNanos, Consumer<EngineEvent> handler) {
    return kept(shared.events(labels, sinceNanos, handler));
  }

  @Override
  public DiskUsage diskUsage() {
    return shared.diskUsage();
  }

  @Override
  public long buildCacheBytes() {
    return shared.buildCacheBytes();
  }

  @Override
  public long pruneBuildCache(Duration unusedFor, long keepBytes) {
    return shared.pruneBuildCache(unusedFor, keepBytes);
  }

  private Follow kept(Follow follow) {
    follows.removeIf(old -> !old.running());
    follows.add(follow);
    return follow;
  }

  private Program kept(HijackedProgram program) {
    programs.removeIf(HijackedProgram::over);
    programs.add(program);
    return program;
  }

  @Override
  public void close() {
    programs.forEach(Program::close);
    programs.clear();
    follows.forEach(Follow::close);
    follows.clear();
    builds.close();
    http.close();
  }
}
