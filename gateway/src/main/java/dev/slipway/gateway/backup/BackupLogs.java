package dev.slipway.gateway.backup;

import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.gateway.live.Logs;
import io.vertx.core.Future;

/** What was said while backups were taken, proven and put back. */
final class BackupLogs {
  private final Stores stores;
  private final Logs logs;

  BackupLogs(Stores stores, Logs logs) {
    this.stores = stores;
    this.logs = logs;
  }

  Future<Reply> ofBackup(Call call) {
    BackupId id = new BackupId(call.path("id"));
    return stores
        .backups()
        .get(id)
        .compose(known -> logs.answer(call, LogStreams.of(id), id.value() + ".log"));
  }

  Future<Reply> ofRestore(Call call) {
    String id = call.path("id");
    return stores
        .restores()
        .get(id)
        .compose(known -> logs.answer(call, LogStreams.ofRestore(id), id + ".log"));
  }
}
