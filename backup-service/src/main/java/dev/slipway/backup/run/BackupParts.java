package dev.slipway.backup.run;

import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.bus.Bus;
import dev.slipway.store.BackupKeyStore;
import dev.slipway.store.BackupStore;
import dev.slipway.store.DatabaseServerStore;
import dev.slipway.store.DatabaseStore;
import dev.slipway.store.DestinationStore;
import dev.slipway.store.LogStore;
import dev.slipway.store.PauseStore;
import dev.slipway.store.RestoreStore;
import dev.slipway.store.VolumeStore;
import io.vertx.core.Vertx;

/** What the sagas of backups and restores work with. */
public record BackupParts(
    Vertx vertx,
    BackupConfig config,
    DockerEngine engine,
    Bus bus,
    Stores stores,
    Places places,
    DatabaseServers servers,
    Volumes volumes) {

  /** The tables that backups are told of in. */
  public record Stores(
      BackupStore backups,
      RestoreStore restores,
      DatabaseStore databases,
      DatabaseServerStore servers,
      DestinationStore destinations,
      BackupKeyStore keys,
      PauseStore pauses,
      LogStore logs,
      VolumeStore volumes) {}
}
