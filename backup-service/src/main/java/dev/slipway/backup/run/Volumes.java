package dev.slipway.backup.run;

import dev.slipway.backup.dump.Site;
import dev.slipway.backup.dump.TarTool;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.ServiceSpec.VolumeMount;
import dev.slipway.store.VolumeStore;
import java.util.List;
import java.util.Map;

/** The volumes of applications on this node's engine, and what runs on them. Calls block. */
public final class Volumes {
  private static final String APPLICATION = "dev.slipway.application";

  /** Only what carries it is a replica; tools and scratch servers do not. */
  static final String RELEASE = "dev.slipway.release";

  private static final String OWN_IMAGE = "slipway-base/debian:latest";
  private static final String OFFICIAL_IMAGE = "debian:stable-slim";

  private final BackupConfig config;
  private final DockerEngine engine;
  private final VolumeStore placed;

  public Volumes(BackupConfig config, DockerEngine engine, VolumeStore placed) {
    this.config = config;
    this.engine = engine;
    this.placed = placed;
  }

  /**
   * A volume that is on this node.
   *
   * @param engineName as the engine calls it
   * @param labels of it
   */
  public record Found(
      ApplicationId application, String engineName, String nodeId, Map<String, String> labels) {

    /** For a tool: at {@link TarTool#FOLDER}. */
    public VolumeMount mount(boolean readOnly) {
      return new VolumeMount(engineName, TarTool.FOLDER, readOnly, labels);
    }
  }

  /**
   * The volume that a backup or a restore is about.
   *
   * @throws Problem {@code volume_missing} when it is not on this node's engine
   */
  public Found find(BackupSubject subject) {
    var application = new ApplicationId(String.valueOf(subject.id()));
    Map<String, String> labels = labels(application);
    return placed.of(application).await().stream()
        .filter(volume -> volume.name().equals(subject.volume()))
        .filter(volume ->
            engine.volumes(labels).stream()
                .anyMatch(there -> there.name().equals(volume.engineName())))
        .findFirst()
        .map(volume -> new Found(application, volume.engineName(), volume.nodeId(), labels))
        .orElseThrow(() ->
            Problem.failed(
                "volume_missing",
                "The volume '" + subject.volume() + "' is not on the node it was placed on.",
                "Deploy the application: that makes the volume anew, empty. Then restore a backup"
                    + " of it."));
  }

  private Map<String, String> labels(ApplicationId application) {
    return Map.of(Site.INSTALLATION, config.installation(), APPLICATION, application.value());
  }

  /** The application's containers on this node that run or stand still. */
  public List<ContainerSummary> alive(Found volume) {
    return engine.containers(volume.labels()).stream()
        .filter(container -> container.labels().containsKey(RELEASE))
        .filter(container -> isAlive(container.state()))
        .toList();
  }

  private static boolean isAlive(ContainerInfo.State state) {
    return switch (state) {
      case CREATED, RUNNING, PAUSED, RESTARTING -> true;
      case REMOVING, EXITED, DEAD -> false;
    };
  }

  /**
   * The image that volumes are read and filled with.
   *
   * @throws Problem {@code image_missing}
   */
  public String image() {
    String image =
        config
            .volumes()
            .image()
            .orElseGet(() -> engine.image(OWN_IMAGE).isPresent() ? OWN_IMAGE : OFFICIAL_IMAGE);
    return ToolImages.ensured(engine, image, "SLIPWAY_VOLUME_TOOL_IMAGE");
  }
}
