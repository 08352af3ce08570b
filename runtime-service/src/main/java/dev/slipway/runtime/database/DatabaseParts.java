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
 * @param backups rings the backup services: a backup or restore of this id waits
 */
public record DatabaseParts(
    DatabaseStores stores,
    RuntimeParts base,
    EngineWatch watch,
    ServerImage images,
    Duration backupsTold,
    Consumer<String> backups) {

  DockerEngine engine() {
    return base.engine();
  }
}
