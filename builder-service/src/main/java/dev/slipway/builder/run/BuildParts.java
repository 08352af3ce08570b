package dev.slipway.builder.run;

import dev.slipway.builder.keep.DiskAdmission;
import dev.slipway.builder.source.GitSource;
import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.bus.Bus;
import dev.slipway.store.DeploymentStore;
import dev.slipway.store.EnvironmentStore;
import dev.slipway.store.ImageStore;
import dev.slipway.store.LogStore;
import dev.slipway.store.RegistryStore;
import dev.slipway.store.SourceAccessStore;
import dev.slipway.store.SourceArchiveStore;
import io.vertx.core.Vertx;

/** What the build saga works with. */
public record BuildParts(
    Vertx vertx,
    BuilderConfig config,
    DockerEngine engine,
    GitSource source,
    Bus bus,
    Stores stores,
    DiskAdmission admission) {

  /** The tables the builder reads and writes. */
  public record Stores(
      DeploymentStore deployments,
      EnvironmentStore environments,
      ImageStore images,
      SourceArchiveStore archives,
      SourceAccessStore access,
      RegistryStore registries,
      LogStore logs) {}
}
