package dev.slipway.backup.platform;

import dev.slipway.backup.dump.Bench;
import dev.slipway.backup.dump.DatabaseServer;
import dev.slipway.backup.dump.PlatformHead;
import dev.slipway.backup.dump.PlatformTool;
import dev.slipway.backup.dump.Site;
import dev.slipway.backup.run.PlatformServer;
import dev.slipway.backup.stream.OpenedBackup;
import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.VolumeInfo;
import dev.slipway.platform.database.ServerImage;
import dev.slipway.platform.pg.Database;
import dev.slipway.store.RestoredPlatform;
import dev.slipway.store.RestoredPlatform.Machine;
import dev.slipway.store.RestoredPlatform.Pieces;
import dev.slipway.store.RestoredPlatform.Repaired;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Fills an empty database from a platform's backup and makes its rows true for this machine. Blocks
 * until it is done.
 *
 * @param images of the tools
 * @param memoryBytes of the tool's container
 * @param patience for how long the tool may move nothing
 * @param backups the folder of the destination {@code local}; it need not be there
 */
public record PlatformRestore(
    DockerEngine engine, ServerImage images, long memoryBytes, Duration patience, Path backups) {

  /**
   * Restores.
   *
   * @param file proven before, with this head
   * @param server an empty database
   * @param said gets what a person may want to know
   * @throws Problem {@code target_not_empty}, {@code restore_counts_differ}, {@code image_missing},
   *     and of the tool: what was put there until then is not to be used
   */
  public void fill(
      PlatformFile file, PlatformHead head, PlatformServer server, Consumer<String> said)
      throws IOException {
    DatabaseServer target = server.with(image());
    var tool = new PlatformTool(head.installation());
    Site site = Site.of(engine, head.installation(), FreshId.of("platform"), 0, memoryBytes);
    try (var bench = new Bench(site.beside(target), DatabaseEngine.POSTGRESQL, patience)) {
      mustBeEmpty(tool.count(bench, target).counts().keySet());
      said.accept("Filling the database with what was taken at " + head.takenAt() + ".");
      try (OpenedBackup content = file.open()) {
        tool.fill(bench, target, content, List.of(), false);
        content.readToEnd();
      }
      said.accept("Comparing it with what the backup says it holds.");
      mustBeEqual(tool.differences(head, tool.count(bench, target)));
    } finally {
      site.clear();
    }
  }

  /** Makes its rows true for this machine. */
  public Repaired repair(Database database, PlatformHead head) {
    var restored = new RestoredPlatform(database);
    Pieces pieces = restored.pieces().await();
    return restored.repair(machine(head, pieces), head.takenAt()).await();
  }

  private Machine machine(PlatformHead head, Pieces pieces) {
    Set<String> here =
        engine.volumes(Map.of(Site.INSTALLATION, head.installation())).stream()
            .map(VolumeInfo::name)
            .collect(Collectors.toCollection(HashSet::new));
    here.retainAll(pieces.volumes());
    Set<String> images =
        pieces.images().stream()
            .filter(image -> engine.image(image).isPresent())
            .collect(Collectors.toSet());
    Set<String> lost =
        pieces.backups().entrySet().stream()
            .filter(backup -> !Files.exists(backups.resolve(backup.getValue())))
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    return new Machine(String.valueOf(engine.info().nodeId()), images, here, lost);
  }

  private String image() {
    String image =
        images.of(
            DatabaseEngine.POSTGRESQL,
            PlatformServer.VERSION,
            null,
            name -> engine.image(name).isPresent());
    if (engine.image(image).isEmpty()) {
      try {
        engine.pull(image, null, progress -> {});
      } catch (DockerProblem missing) {
        throw Problem.failed(
            "image_missing",
            "The image "
                + image
                + ", whose pg_restore is needed, cannot be had: "
                + missing.detail(),
            "Make it with 'scripts/base-images.sh postgres', or name one with"
                + " SLIPWAY_DATABASE_POSTGRESQL_IMAGE.",
            missing);
      }
    }
    return image;
  }

  private static void mustBeEmpty(Set<String> tables) {
    if (!tables.isEmpty()) {
      throw Problem.conflict(
          "target_not_empty",
          "The database holds something already: " + tables.iterator().next() + ".",
          "Restore into an empty database; nothing was changed.");
    }
  }

  private static void mustBeEqual(List<String> differences) {
    if (!differences.isEmpty()) {
      throw Problem.failed(
          "restore_counts_differ",
          "The database does not hold what was backed up. "
              + String.join("; ", differences.subList(0, Math.min(10, differences.size())))
              + ".",
          "Do not use what was restored. Restore another backup.");
    }
  }
}
