package dev.slipway.runtime.database;

import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.database.ServerImage;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.runtime.service.RuntimeParts;
import java.util.function.Consumer;

/**
 * What the sagas of databases work with.
 *
 * @param backups rings the backup services: a backup or restore of this id waits
 */
public record DatabaseParts(
    DatabaseStores stores,
    RuntimeParts base,
    EngineWatch watch,
    ServerImage images,
    Consumer<String> backups) {

  DockerEngine engine() {
    return base.engine();
  }
}
