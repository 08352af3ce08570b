package dev.slipway.gateway.backup;

import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Api;
import dev.slipway.gateway.live.Logs;
import dev.slipway.platform.bus.Bus;
import io.vertx.core.Vertx;

/** The operations on backups and all around them, and the class that answers each. */
public final class BackupOperations {
  private final Vertx vertx;
  private final Stores stores;
  private final Changes changes;
  private final Bus bus;

  public BackupOperations(Vertx vertx, Stores stores, Changes changes, Bus bus) {
    this.vertx = vertx;
    this.stores = stores;
    this.changes = changes;
    this.bus = bus;
  }

  /** Offers them all. */
  public void offer(Api api, Logs logs) {
    LongPoll poll = new LongPoll(vertx);
    Destinations destinations = new Destinations(stores, changes, bus);
    api.offer("listDestinations", destinations::list)
        .offer("createDestination", destinations::create)
        .offer("getDestination", destinations::get)
        .offer("updateDestination", destinations::update)
        .offer("deleteDestination", destinations::delete)
        .offer("checkDestination", destinations::check);
    Schedules schedules = new Schedules(stores, changes);
    api.offer("listBackupSchedules", schedules::list)
        .offer("createBackupSchedule", schedules::create)
        .offer("getBackupSchedule", schedules::get)
        .offer("updateBackupSchedule", schedules::update)
        .offer("deleteBackupSchedule", schedules::delete);
    Backups backups = new Backups(stores, changes, bus, poll);
    api.offer("listBackups", backups::list)
        .offer("createBackup", backups::create)
        .offer("getBackup", backups::get)
        .offer("updateBackup", backups::update)
        .offer("deleteBackup", backups::delete)
        .offer("cancelBackup", backups::cancel)
        .offer("verifyBackup", backups::verify)
        .offer("getBackupContent", new BackupContent(stores, changes, bus))
        .offer("uploadBackup", new UploadBackup(vertx, stores, changes, bus));
    BackupKeys keys = new BackupKeys(stores, changes);
    api.offer("listBackupKeys", keys::list)
        .offer("bringBackupKey", keys::bring)
        .offer("rotateBackupKey", keys::rotate)
        .offer("getBackupKeyOf", keys::reveal);
    Restores restores = new Restores(stores, changes, bus, poll);
    api.offer("listRestores", restores::list)
        .offer("createRestore", restores::create)
        .offer("getRestore", restores::get)
        .offer("cancelRestore", restores::cancel);
    BackupLogs told = new BackupLogs(stores, logs);
    api.offer("getBackupLogs", told::ofBackup)
        .offer("getRestoreLogs", told::ofRestore)
        .offer("listAlarms", new ListAlarmsHandler(stores));
  }
}
