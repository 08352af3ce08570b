package dev.slipway.docker.memory;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ImageInfo;
import dev.slipway.docker.NetworkInfo;
import dev.slipway.docker.VolumeInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the twin keeps: images here and in the registry, networks, volumes. */
final class MemoryShelf {
  private final Map<String, Held> local = new LinkedHashMap<>();
  private final Map<String, MemoryImage> registry = new LinkedHashMap<>();
  private final Map<String, NetworkInfo> networks = new LinkedHashMap<>();
  private final Map<String, VolumeInfo> volumes = new LinkedHashMap<>();

  private record Held(String id, MemoryImage image, Instant created) {}

  synchronized String hold(String reference, MemoryImage image) {
    var id = "sha256:" + Ids.fresh(64);
    local.put(reference, new Held(id, image, Instant.now()));
    return id;
  }

  synchronized void publish(String reference, MemoryImage image) {
    registry.put(reference, image);
  }

  private @Nullable Held find(String referenceOrId) {
    var held = local.get(referenceOrId);
    for (var each : local.values()) {
      held = held == null && each.id().equals(referenceOrId) ? each : held;
    }
    return held;
  }

  /**
   * The image for a task to run: from here, or from the registry as Swarm does; null if neither.
   */
  synchronized @Nullable MemoryImage obtain(String reference) {
    if (find(reference) == null && registry.get(reference) instanceof MemoryImage remote) {
      hold(reference, remote);
    }
    var held = find(reference);
    return held == null ? null : held.image();
  }

  synchronized String idOf(String reference) {
    var held = find(reference);
    return held == null ? "" : held.id();
  }

  synchronized MemoryImage existing(String reference) {
    var held = find(reference);
    if (held == null) {
      throw new DockerProblem.ImageMissing(reference, "No such image: " + reference);
    }
    return held.image();
  }

  synchronized @Nullable ImageInfo info(String referenceOrId) {
    var held = find(referenceOrId);
    if (held == null) {
      return null;
    }
    var tags = new ArrayList<String>();
    local.forEach((name, each) -> addIf(each.id().equals(held.id()), tags, name));
    return new ImageInfo(
        held.id(),
        tags,
        List.of(),
        held.image().labels(),
        held.image().exposedPorts(),
        false,
        true,
        held.created(),
        1 << 20);
  }

  private static void addIf(boolean wanted, List<String> names, String name) {
    if (wanted) {
      names.add(name);
    }
  }

  synchronized List<ImageInfo> infos() {
    var found = new LinkedHashMap<String, ImageInfo>();
    for (var reference : local.keySet()) {
      if (info(reference) instanceof ImageInfo info) {
        found.put(info.id(), info);
      }
    }
    return List.copyOf(found.values());
  }

  synchronized void tag(String reference, String newReference) {
    existing(reference);
    if (find(reference) instanceof Held held) {
      local.put(newReference, held);
    }
  }

  synchronized void remove(String referenceOrId) {
    if (local.remove(referenceOrId) == null) {
      local.values().removeIf(held -> held.id().equals(referenceOrId));
    }
  }

  synchronized NetworkInfo network(String name, Map<String, String> labels) {
    return networks.computeIfAbsent(
        name, n -> new NetworkInfo(Ids.fresh(25), name, "overlay", labels));
  }

  synchronized boolean hasNetwork(String name) {
    return networks.containsKey(name);
  }

  synchronized void removeNetwork(String name) {
    networks.remove(name);
  }

  synchronized List<NetworkInfo> networks() {
    return List.copyOf(networks.values());
  }

  synchronized VolumeInfo volume(String name, Map<String, String> labels) {
    return volumes.computeIfAbsent(name, n -> new VolumeInfo(name, "/memory/" + name, labels));
  }

  synchronized void removeVolume(String name) {
    volumes.remove(name);
  }

  synchronized List<VolumeInfo> volumes() {
    return List.copyOf(volumes.values());
  }
}
