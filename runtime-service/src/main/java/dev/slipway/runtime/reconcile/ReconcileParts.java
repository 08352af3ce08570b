package dev.slipway.runtime.reconcile;

import dev.slipway.docker.DockerEngine;
import dev.slipway.runtime.Stores;
import dev.slipway.runtime.database.DatabaseKeeper;
import dev.slipway.runtime.logs.RuntimeLogs;
import dev.slipway.runtime.service.Launcher;
import dev.slipway.runtime.service.Replicas;
import dev.slipway.runtime.service.RuntimeParts;
import dev.slipway.runtime.service.Warrant;

/**
 * What the reconcile loop works with.
 *
 * @param warrant what it may act on: its lease
 * @param databases looks after these
 */
public record ReconcileParts(
    Stores stores,
    RuntimeParts base,
    Replicas replicas,
    Launcher launcher,
    RuntimeLogs logs,
    Warrant warrant,
    DatabaseKeeper databases) {

  DockerEngine engine() {
    return base.engine();
  }

  String installation() {
    return base.installation();
  }
}
