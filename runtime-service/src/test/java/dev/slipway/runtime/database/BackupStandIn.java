package dev.slipway.runtime.database;

import dev.slipway.platform.pg.Database;
import java.util.concurrent.TimeUnit;

/** Fulfils rows as backup services do, without taking or restoring anything. */
public final class BackupStandIn implements AutoCloseable {
  private final Database database;
  private final Thread thread = Thread.ofVirtual().name("backup-stand-in").unstarted(this::work);
  private volatile String backupsEnd = "verified";
  private volatile String restoresEnd = "success";
  private volatile boolean closed;

  public BackupStandIn(Database database) {
    this.database = database;
  }

  public void start() {
    thread.start();
  }

  /** How whatever is asked for from now on ends; "pending": nobody takes it for a long time. */
  public void ends(String backups, String restores) {
    backupsEnd = backups;
    restoresEnd = restores;
  }

  private void work() {
    while (!closed) {
      try {
        fulfil("backups", backupsEnd);
        fulfil("restores", restoresEnd);
        TimeUnit.MILLISECONDS.sleep(10);
      } catch (InterruptedException over) {
        return;
      }
    }
  }

  private void fulfil(String table, String end) {
    database
        .update(
            """
            update %s set status = $1, completed_at = now(), created_at = case when $1 = 'pending'
                then now() - interval '11 minutes' else created_at end, failure = case when $1 = 'failed' then
                cast('{"step":"dump","code":"disk_full","detail":"The disk is full.","remedy":"Make room.","logTail":[]}'
                  as jsonb) end
              where status = 'pending'
            """
                .formatted(table),
            end)
        .await();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
