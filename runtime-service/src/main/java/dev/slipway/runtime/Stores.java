package dev.slipway.runtime;

import dev.slipway.platform.pg.Database;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.runtime.database.DatabaseStores;
import dev.slipway.store.ApplicationStore;
import dev.slipway.store.DeploymentStore;
import dev.slipway.store.EnvironmentStore;
import dev.slipway.store.ImageStore;
import dev.slipway.store.LogStore;
import dev.slipway.store.ReleaseStore;
import dev.slipway.store.RestartStore;
import dev.slipway.store.RouteStore;
import dev.slipway.store.ServingStore;
import dev.slipway.store.VolumeStore;

/** The tables the runtime reads and writes, opened once and shared by its parts. */
public record Stores(
    Database database,
    ApplicationStore applications,
    DeploymentStore deployments,
    ReleaseStore releases,
    EnvironmentStore environments,
    ImageStore images,
    LogStore logs,
    RouteStore routes,
    ServingStore serving,
    VolumeStore volumes,
    RestartStore restarts,
    DatabaseStores databases) {

  /**
   * Opens them.
   *
   * @param relaxed for logs, which may lose their last moment in a power cut
   */
  public static Stores of(Database database, Database relaxed, Vault vault) {
    return new Stores(
        database,
        new ApplicationStore(database),
        new DeploymentStore(database),
        new ReleaseStore(database),
        new EnvironmentStore(database, vault),
        new ImageStore(database),
        new LogStore(relaxed),
        new RouteStore(database),
        new ServingStore(database),
        new VolumeStore(database),
        new RestartStore(database),
        DatabaseStores.of(database, vault));
  }
}
