package dev.slipway.backup.run;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupOrder;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.saga.StepContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the backups at work here keep in memory; a resumed one has a new fence and begins anew. */
final class Runs {
  private final BackupParts parts;
  private final Map<Fence, WorkLog> logs = new ConcurrentHashMap<>();

  Runs(BackupParts parts) {
    this.parts = parts;
  }

  static BackupId id(StepContext ctx) {
    return ctx.input(BackupOrder.class).backupId();
  }

  Backup backup(StepContext ctx) {
    return parts.stores().backups().get(id(ctx)).await();
  }

  /** The log of the backup, opened when this process has not seen this attempt yet. */
  WorkLog log(StepContext ctx) {
    return logs.computeIfAbsent(
        ctx.fence(), fence -> WorkLog.open(parts, LogStreams.of(id(ctx)), fence, List.of()));
  }

  void forget(StepContext ctx) {
    logs.remove(ctx.fence());
  }

  /** What a backup is of. */
  Kept kept(StepContext ctx, Backup backup) {
    return switch (backup.subject().kind()) {
      case DATABASE, PLATFORM -> new DatabaseKept(parts, backup);
      case VOLUME -> new VolumeKept(parts, backup, ctx.input(BackupOrder.class).pauseApplication());
    };
  }
}
