package dev.slipway.gateway.audit;

import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Api;
import dev.slipway.platform.pg.Database;
import dev.slipway.store.AuditChainStore;

/** The operations on the audit log, and the one class that answers each. */
public final class AuditOperations {
  private final Stores stores;
  private final Database database;
  private final AuditSealing sealing;
  private final LastCheckpoint last;

  public AuditOperations(
      Stores stores, Database database, AuditSealing sealing, LastCheckpoint last) {
    this.stores = stores;
    this.database = database;
    this.sealing = sealing;
    this.last = last;
  }

  /** Offers them all. */
  public void offer(Api api) {
    api.offer("listAudit", new ListAuditHandler(stores))
        .offer("exportAudit", new ExportAuditHandler(new AuditChainStore(database), sealing, last))
        .offer("getAuditKey", new GetAuditKeyHandler(sealing));
  }
}
