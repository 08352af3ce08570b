package dev.slipway.runtime.database;

import dev.slipway.platform.pg.Database;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.store.BackupStore;
import dev.slipway.store.DatabaseServerStore;
import dev.slipway.store.DatabaseStore;
import dev.slipway.store.DatabaseWorkStore;
import dev.slipway.store.ProjectStore;
import dev.slipway.store.RestoreStore;

/** The tables that work on databases reads and writes. */
public record DatabaseStores(
    Database database,
    DatabaseStore rows,
    DatabaseServerStore servers,
    DatabaseWorkStore works,
    BackupStore backups,
    RestoreStore restores,
    ProjectStore projects,
    Vault vault) {

  /** Opens them. */
  public static DatabaseStores of(Database database, Vault vault) {
    return new DatabaseStores(
        database,
        new DatabaseStore(database, vault),
        new DatabaseServerStore(database),
        new DatabaseWorkStore(database),
        new BackupStore(database),
        new RestoreStore(database),
        new ProjectStore(database),
        vault);
  }
}
