package dev.slipway.gateway.secret;

import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Api;

/** The operations on stored secrets, and the one class that answers each. */
public final class SecretOperations {
  private final Stores stores;
  private final Changes changes;

  public SecretOperations(Stores stores, Changes changes) {
    this.stores = stores;
    this.changes = changes;
  }

  /** Offers them all. */
  public void offer(Api api) {
    api.offer("createSecretRotation", new CreateRotationHandler(stores, changes))
        .offer("listSecretRotations", new ListRotationsHandler(stores))
        .offer("getSecretRotation", new GetRotationHandler(stores));
  }
}
