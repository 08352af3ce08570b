package dev.slipway.docker.memory;

import dev.slipway.docker.BuildListener;
import dev.slipway.docker.BuildResult;
import dev.slipway.docker.BuildSpec;
import dev.slipway.docker.DiskUsage;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.EngineInfo;
import dev.slipway.docker.ImageInfo;
import dev.slipway.docker.JoinTokens;
import dev.slipway.docker.NetworkInfo;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.docker.TransferProgress;
import dev.slipway.docker.VolumeInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The half of the twin that keeps things: images, networks, volumes and the list of nodes. */
abstract class MemoryStock implements DockerEngine {
  final MemorySwarm swarm;
  final MemoryNode node;
  final MemoryShelf shelf;
  final Misbehaviour plan = new Misbehaviour();

  MemoryStock(MemorySwarm swarm, String hostname, NodeInfo.Role role) {
    this.swarm = swarm;
    this.node = swarm.hosts.join(hostname, role);
    this.shelf = node.shelf;
  }

  final void called(String method) {
    plan.called(method);
  }

  /** As {@link #called}, for what only a manager does. */
  final void managing(String method) {
    called(method);
    if (!node.manager()) {
      throw new DockerProblem.NoSwarm("This node is not a swarm manager");
    }
  }

  static void needed(Map<String, String> labels) {
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("a listing needs at least one label");
    }
  }

  static boolean carries(Map<String, String> all, Map<String, String> wanted) {
    needed(wanted);
    return all.entrySet().containsAll(wanted.entrySet());
  }

  @Override
  public EngineInfo info() {
    called("info");
    return new EngineInfo(
        "memory",
        "1.44",
        node.manager() ? EngineInfo.Swarm.MANAGER : EngineInfo.Swarm.WORKER,
        node.id,
        node.address,
        swarm.hosts.infos().stream()
            .filter(other -> other.managerAddress() != null)
            .map(other -> String.valueOf(other.managerAddress()))
            .toList(),
        node.hostname,
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
    if (shelf.obtain(reference, auth) == null) {
      throw new DockerProblem.ImageMissing(reference, "manifest for " + reference + " not found");
    }
    return image(reference).orElseThrow();
  }

  @Override
  public String push(
      String reference, @Nullable RegistryAuth auth, Consumer<TransferProgress> progress) {
    called("push");
    shelf.existing(reference);
    admitted(auth);
    return shelf.push(reference);
  }

  private void admitted(@Nullable RegistryAuth auth) {
    if (!swarm.registry.admits(auth)) {
      throw new DockerProblem.RegistryRefused("unauthorized: authentication required");
    }
  }

  @Override
  public Optional<String> registryDigest(String reference, @Nullable RegistryAuth auth) {
    called("registryDigest");
    admitted(auth);
    return Optional.ofNullable(swarm.registry.get(reference, auth))
        .map(MemoryRegistry.Kept::digest);
  }

  @Override
  public void tag(String reference, String newReference) {
    called("tag");
    shelf.tag(reference, newReference);
  }

  @Override
  public void removeImage(String reference) {
    called("removeImage");
    if (swarm.hosts.uses(node, reference)) {
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
    managing("ensureNetwork");
    return swarm.networks.ensure(name, labels);
  }

  @Override
  public void removeNetwork(String name) {
    managing("removeNetwork");
    if (swarm.attached(name)) {
      throw new DockerProblem.Conflict("network " + name + " is in use");
    }
    swarm.networks.remove(name);
  }

  @Override
  public List<NetworkInfo> networks(Map<String, String> labels) {
    called("networks");
    return swarm.networks.all().stream().filter(n -> carries(n.labels(), labels)).toList();
  }

  @Override
  public void connectNetwork(String network, String containerId, List<String> aliases) {
    called("connectNetwork");
    if (!swarm.networks.has(network)) {
      throw new DockerProblem.NotFound("network " + network + " not found");
    }
    existing(containerId).join(network);
  }

  @Override
  public void disconnectNetwork(String network, String containerId) {
    called("disconnectNetwork");
    var container = swarm.hosts.find(node, containerId);
    if (container != null) {
      container.part(network);
    }
  }

  @Override
  public List<NodeInfo> nodes() {
    managing("nodes");
    return swarm.hosts.infos();
  }

  @Override
  public void setNodeAvailability(String nodeId, NodeInfo.Availability availability) {
    managing("setNodeAvailability");
    swarm.hosts.change(nodeId, host -> host.availability = availability);
  }

  @Override
  public void setNodeRole(String nodeId, NodeInfo.Role role) {
    managing("setNodeRole");
    swarm.hosts.change(
        nodeId,
        host -> {
          if (role == NodeInfo.Role.WORKER) {
            swarm.hosts.demote(host);
          } else {
            host.role = role;
          }
        });
  }

  @Override
  public void removeNode(String nodeId, boolean force) {
    managing("removeNode");
    swarm.hosts.remove(nodeId, force);
  }

  @Override
  public JoinTokens joinTokens() {
    managing("joinTokens");
    return new JoinTokens("SWMTKN-worker", "SWMTKN-manager", info().managers());
  }

  final MemoryContainer existing(String id) {
    var container = swarm.hosts.find(node, id);
    if (container == null) {
      throw new DockerProblem.NotFound("No such container: " + id);
    }
    return container;
  }

  @Override
  public VolumeInfo ensureVolume(String name, Map<String, String> labels) {
    called("ensureVolume");
    return shelf.volume(name, labels);
  }

  @Override
  public void removeVolume(String name) {
    called("removeVolume");
    if (swarm.hosts.mounted(node, name)) {
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
  public DiskUsage diskUsage() {
    called("diskUsage");
    return new DiskUsage(0, 0, 0, 0);
  }
}
