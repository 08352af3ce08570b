package dev.slipway.docker.memory;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ImageInfo;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.docker.VolumeInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one node of the twin keeps: images and volumes. */
final class MemoryShelf {
  private final MemoryRegistry registry;
  private final Map<String, Held> local = new LinkedHashMap<>();
  private final Map<String, VolumeInfo> volumes = new LinkedHashMap<>();

  /** Digests are {@code repository@sha256:…}, as registries know the image. */
  private record Held(String id, MemoryImage image, Instant created, Set<String> digests) {}

  MemoryShelf(MemoryRegistry registry) {
    this.registry = registry;
  }

  synchronized String hold(String reference, MemoryImage image) {
    var id = "sha256:" + Ids.fresh(64);
    local.put(reference, new Held(id, image, Instant.now(), new LinkedHashSet<>()));
    return id;
  }

  /** Sends an image to the registry; the digest it is kept under there. */
  synchronized String push(String reference) {
    var digest = registry.publish(reference, existing(reference));
    if (find(reference) instanceof Held held) {
      held.digests().add(MemoryRegistry.repository(reference) + "@" + digest);
    }
    return digest;
  }

  private @Nullable Held find(String reference) {
    var held = local.get(reference);
    for (var each : local.values()) {
      var same = each.id().equals(reference) || each.digests().contains(reference);
      held = held == null && same ? each : held;
    }
    return held;
  }

  /**
   * The image for a task to run: from here, or from the registry as Swarm does; null if neither.
   */
  synchronized @Nullable MemoryImage obtain(String reference, @Nullable RegistryAuth auth) {
    var kept = find(reference) == null ? registry.get(reference, auth) : null;
    if (kept != null) {
      hold(reference, kept.image());
      if (local.get(reference) instanceof Held held) {
        held.digests().add(MemoryRegistry.repository(reference) + "@" + kept.digest());
      }
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
        List.copyOf(held.digests()),
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
