package dev.slipway.runtime.database;

import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.database.ServerImage;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.runtime.service.RuntimeParts;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What the sagas of databases work with.
 *
 * @param backupsTold for how long the database must say on end that a wait for a backup is over
 * @param upgradeBackupWithin how long an upgrade waits for its backup, from being asked for
 * @param backups rings the backup services: a backup or restore of this id waits
 */
public record DatabaseParts(
    DatabaseStores stores,
    RuntimeParts base,
    EngineWatch watch,
    ServerImage images,
    Duration backupsTold,
    Duration upgradeBackupWithin,
    Consumer<String> backups) {

  /** Some 500 GB; applications are without their database meanwhile. */
  public static final Duration UPGRADE_BACKUP_WITHIN = Duration.ofHours(4);

  /** With the longest wait of an upgrade that is usual. */
  public DatabaseParts(
      DatabaseStores stores,
      RuntimeParts base,
      EngineWatch watch,
      ServerImage images,
      Duration backupsTold,
      Consumer<String> backups) {
    this(stores, base, watch, images, backupsTold, UPGRADE_BACKUP_WITHIN, backups);
  }

  DockerEngine engine() {
    return base.engine();
  }
}
