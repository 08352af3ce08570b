package dev.slipway.gateway.database;

import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Api;
import dev.slipway.gateway.live.Logs;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.platform.pg.Database;
import dev.slipway.store.OrganizationStore;

/** The operations on databases, and the class that answers each. */
public final class DatabaseOperations {
  private final Stores stores;
  private final Changes changes;
  private final Bus bus;
  private final Database database;

  public DatabaseOperations(Stores stores, Changes changes, Bus bus, Database database) {
    this.stores = stores;
    this.changes = changes;
    this.bus = bus;
    this.database = database;
  }

  /**
   * Offers them all.
   *
   * @param guard where somebody else's servers may be
   */
  public void offer(Api api, Logs logs, AddressGuard guard) {
    DatabasePicture picture = new DatabasePicture(stores);
    Databases databases = new Databases(stores, picture, logs);
    ServerTests tests = new ServerTests(database.vertx(), bus, guard);
    Origins origins = new Origins(new OrganizationStore(database));
    DatabaseLooks looks = new DatabaseLooks(stores, bus);
    api.offer("listDatabases", databases::list)
        .offer("createDatabase", new CreateDatabaseHandler(changes, picture, tests, origins))
        .offer("testDatabaseConnection", tests::answer)
        .offer("getDatabase", databases::get)
        .offer("updateDatabase", new UpdateDatabaseHandler(stores, changes, picture, tests))
        .offer("deleteDatabase", new DeleteDatabaseHandler(changes, picture))
        .offer("getDatabaseConnection", new GetDatabaseConnectionHandler(stores, changes))
        .offer("getDatabaseLogs", databases::log)
        .offer("getDatabaseStatistics", looks::statistics)
        .offer("getDatabaseInsights", looks::insights);
    offerWork(api, picture);
  }

  private void offerWork(Api api, DatabasePicture picture) {
    DatabaseWorkEndpoints work =
        new DatabaseWorkEndpoints(database.vertx(), stores, changes, picture);
    api.offer("startDatabase", work.asks(DatabaseWork.START))
        .offer("stopDatabase", work.asks(DatabaseWork.STOP))
        .offer("restartDatabase", work.asks(DatabaseWork.RESTART))
        .offer("rotateDatabasePassword", work.asks(DatabaseWork.PASSWORD))
        .offer("upgradeDatabase", work::upgrade)
        .offer("listDatabaseWork", work::list)
        .offer("getDatabaseWork", work::get)
        .offer("cancelDatabaseWork", work::cancel);
  }
}
