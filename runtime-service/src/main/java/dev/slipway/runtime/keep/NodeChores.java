package dev.slipway.runtime.keep;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ImageInfo;
import dev.slipway.docker.VolumeInfo;
import dev.slipway.platform.keep.Chore;
import dev.slipway.platform.keep.Outcome;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.HousekeepingStore;
import dev.slipway.store.ImageStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is cleared up on one engine, in this order: containers give images and volumes free. Each
 * listing asks for this installation's label; containers and volumes also need the record that
 * their application or database was removed, of a database with its data.
 */
final class NodeChores {
  private static final Logger LOG = LoggerFactory.getLogger(NodeChores.class);
  private static final int PAGE = 500;

  /** Clients of databases run for seconds; older ones are of a process that was killed. */
  private static final Duration CLIENTS = Duration.ofMinutes(5);

  private final DockerEngine engine;
  private final HousekeepingStore house;
  private final ImageStore images;
  private final OwnImages own;
  private final Map<String, String> ours;
  private final Duration grace;
  private final boolean registry;

  /**
   * The chores of one engine.
   *
   * @param grace an image is not looked at before this time after it was made
   * @param registry images are elsewhere too: what is not here need not be gone
   */
  NodeChores(
      DockerEngine engine,
      HousekeepingStore house,
      ImageStore images,
      String installation,
      Duration grace,
      boolean registry) {
    this.engine = engine;
    this.house = house;
    this.images = images;
    this.own = new OwnImages(engine, installation);
    this.ours = Labels.ours(installation);
    this.grace = grace;
    this.registry = registry;
  }

  List<Chore> all() {
    return List.of(
        new Chore("containers", this::containers),
        new Chore("volumes", this::volumes),
        new Chore("images", this::images),
        new Chore("remembered-images", this::remembered));
  }

  // ---- of removed applications, and of processes that were killed

  private Outcome containers() {
    List<ContainerSummary> all = engine.containers(ours);
    Set<String> removed = removed(all.stream().map(ContainerSummary::labels).toList());
    long collected = 0;
    for (ContainerSummary container : all) {
      // A container that somebody made by hand of an image of ours inherits all labels but this
      // one.
      boolean task = Labels.stream(container.labels()) != null;
      boolean ended = container.state() != ContainerInfo.State.RUNNING;
      if ((task && ended && isOf(removed, container.labels()))
          || isLeftBehind(container, Instant.now())) {
        engine.removeContainer(container.id());
        collected++;
      }
    }
    return new Outcome(collected, 0, all.size() - collected, 0);
  }

  /** It holds a password, whether it still runs or not. */
  static boolean isLeftBehind(ContainerSummary container, Instant now) {
    return container.labels().containsKey(Labels.DATABASE_CLIENT)
        && container.createdAt().isBefore(now.minus(CLIENTS));
  }

  private Outcome volumes() {
    List<VolumeInfo> all = engine.volumes(ours);
    Set<String> removed = removed(all.stream().map(VolumeInfo::labels).toList());
    long collected = 0;
    for (VolumeInfo volume : all) {
      if (isOf(removed, volume.labels()) && gone(volume)) {
        collected++;
      }
    }
    return new Outcome(collected, 0, all.size() - collected, 0);
  }

  private boolean gone(VolumeInfo volume) {
    try {
      engine.removeVolume(volume.name());
      LOG.info("Volume {} is removed: what it belonged to was", volume.name());
      return true;
    } catch (DockerProblem.Conflict used) {
      LOG.info("Volume {} of what was removed is still in use", volume.name());
      return false;
    }
  }

  private Set<String> removed(Collection<Map<String, String>> labels) {
    Set<String> applications = ids(labels, Labels.APPLICATION);
    Set<String> databases = ids(labels, Labels.DATABASE);
    Set<String> gone = new HashSet<>();
    if (!applications.isEmpty()) {
      gone.addAll(house.removed(applications).await());
    }
    if (!databases.isEmpty()) {
      gone.addAll(house.removedDatabases(databases).await());
    }
    return gone;
  }

  private static Set<String> ids(Collection<Map<String, String>> labels, String label) {
    return labels.stream()
        .map(all -> all.get(label))
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  private static boolean isOf(Set<String> removed, Map<String, String> labels) {
    String whose = labels.getOrDefault(Labels.APPLICATION, labels.get(Labels.DATABASE));
    return whose != null && removed.contains(whose);
  }

  // ---- of forgotten releases

  private Outcome images() {
    Instant youngest = Instant.now().minus(grace);
    Map<String, ImageInfo> old = new HashMap<>();
    long held = 0;
    long heldBytes = 0;
    for (ImageInfo image : engine.images(ours)) {
      held++;
      heldBytes += image.sizeBytes();
      if (image.created().isBefore(youngest)) {
        old.put(image.id(), image);
      }
    }
    List<ImageStore.Candidate> candidates = old.values().stream().map(NodeChores::seen).toList();
    long collected = 0;
    long bytes = 0;
    for (String id : images.giveUp(candidates, grace).await()) {
      ImageInfo image = Objects.requireNonNull(old.get(id));
      if (removed(image)) {
        collected++;
        bytes += image.sizeBytes();
      }
    }
    return new Outcome(collected, bytes, held - collected, heldBytes - bytes);
  }

  private static ImageStore.Candidate seen(ImageInfo image) {
    @Nullable ApplicationId application = Labels.application(image.labels());
    return new ImageStore.Candidate(
        image.id(), OwnImages.keys(image), application == null ? null : application.value());
  }

  private boolean removed(ImageInfo image) {
    try {
      return own.remove(image);
    } catch (DockerProblem.Conflict used) {
      LOG.info("Image {} stays: {}", image.id(), used.getMessage());
      return false;
    }
  }

  /** Rows of images that are gone: a build would look for them in vain each time. */
  private Outcome remembered() {
    if (registry) {
      return new Outcome(0, 0, -1, 0);
    }
    long forgotten = 0;
    long held = 0;
    List<ImageStore.BuiltImage> page = images.remembered("", PAGE).await();
    Set<String> here = new HashSet<>();
    engine.images(ours).forEach(image -> here.add(image.id()));
    while (!page.isEmpty()) {
      List<String> gone = new ArrayList<>();
      for (ImageStore.BuiltImage image : page) {
        if (!here.contains(image.digest()) && engine.image(image.digest()).isEmpty()) {
          gone.add(image.fingerprint());
        }
      }
      held += page.size() - gone.size();
      forgotten += gone.isEmpty() ? 0 : images.forgetMissing(gone).await();
      page = images.remembered(page.getLast().fingerprint(), PAGE).await();
    }
    return new Outcome(forgotten, 0, held, 0);
  }
}
