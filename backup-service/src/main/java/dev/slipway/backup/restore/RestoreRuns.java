package dev.slipway.backup.restore;

import dev.slipway.backup.dump.Site;
import dev.slipway.backup.run.BackupParts;
import dev.slipway.backup.run.Failures;
import dev.slipway.backup.run.WorkLog;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.backup.RestoreOrder;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.saga.Ended;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.store.RestoreStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What all restores have in common, whatever they fill. */
final class RestoreRuns {
  private final BackupParts parts;
  private final Map<Fence, WorkLog> logs = new ConcurrentHashMap<>();

  RestoreRuns(BackupParts parts) {
    this.parts = parts;
  }

  static RestoreOrder order(StepContext ctx) {
    return ctx.input(RestoreOrder.class);
  }

  WorkLog log(StepContext ctx) {
    return logs.computeIfAbsent(
        ctx.fence(),
        fence ->
            WorkLog.open(parts, LogStreams.ofRestore(order(ctx).restoreId()), fence, List.of()));
  }

  Restore restore(StepContext ctx) {
    return parts.stores().restores().get(order(ctx).restoreId()).await();
  }

  Backup backup(Restore restore) {
    Backup backup = parts.stores().backups().get(restore.backupId()).await();
    if (backup.manifest() == null || backup.objectKey() == null || backup.removedAt() != null) {
      throw Problem.conflict(
          "backup_not_stored",
          "Nothing of this backup lies at its destination.",
          "Choose another backup: GET /api/backups shows which ones are stored.");
    }
    return backup;
  }

  Site site(StepContext ctx) {
    return Site.of(
        parts.engine(),
        parts.config().installation(),
        ctx.sagaId(),
        ctx.fence().number(),
        parts.config().memoryBytes());
  }

  /**
   * Tells how it ended.
   *
   * @param spoilt what whoever cancelled it should know of the target
   */
  void ended(Ended how, StepContext ctx, String spoilt) {
    String id = order(ctx).restoreId();
    var log = log(ctx);
    switch (how) {
      case DONE -> ctx.inCheckpoint(tx -> RestoreStore.succeeded(tx, id));
      case CANCELLED -> {
        log.say(null, LogLevel.WARN, "Cancelled. " + spoilt);
        ctx.inCheckpoint(tx -> RestoreStore.cancelled(tx, id));
      }
      case UNDONE, STUCK -> {
        var failure = Failures.told(ctx.failure(), log);
        ctx.inCheckpoint(tx -> RestoreStore.failed(tx, id, failure));
      }
    }
    log.end().await();
    logs.remove(ctx.fence());
  }
}
