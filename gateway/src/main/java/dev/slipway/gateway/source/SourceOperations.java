package dev.slipway.gateway.source;

import dev.slipway.gateway.GatewayConfig.Sources;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Api;
import io.vertx.core.Vertx;

/** The operations on sources and what lets builds in, and the class that answers each. */
public final class SourceOperations {
  private final Vertx vertx;
  private final Stores stores;
  private final Changes changes;
  private final Sources config;

  public SourceOperations(Vertx vertx, Stores stores, Changes changes, Sources config) {
    this.vertx = vertx;
    this.stores = stores;
    this.changes = changes;
    this.config = config;
  }

  /** Offers them all. */
  public void offer(Api api) {
    api.offer(
        "uploadSource", new UploadSourceHandler(vertx, stores, changes, new Spool(vertx, config)));
    DeployKeys keys = new DeployKeys(stores, changes);
    api.offer("getDeployKey", keys::get)
        .offer("createDeployKey", keys::create)
        .offer("deleteDeployKey", keys::delete);
    SourceCredentials credentials = new SourceCredentials(stores, changes);
    api.offer("getSourceCredentials", credentials::get)
        .offer("putSourceCredentials", credentials::put)
        .offer("deleteSourceCredentials", credentials::delete);
    KnownHosts hosts = new KnownHosts(stores, changes);
    api.offer("listKnownHosts", hosts::list)
        .offer("putKnownHost", hosts::put)
        .offer("confirmKnownHost", hosts::confirm)
        .offer("deleteKnownHost", hosts::delete);
    Registries registries =
        new Registries(stores, changes, new RegistryProbe(vertx, config.addresses()));
    api.offer("listRegistries", registries::list)
        .offer("createRegistry", registries::create)
        .offer("getRegistry", registries::get)
        .offer("updateRegistry", registries::update)
        .offer("deleteRegistry", registries::delete)
        .offer("testRegistry", registries::test);
  }
}
