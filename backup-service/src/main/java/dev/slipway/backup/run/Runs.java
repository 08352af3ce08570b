package dev.slipway.backup.run;

import dev.slipway.backup.dump.DatabaseServer;
import dev.slipway.backup.dump.DumpTool;
import dev.slipway.backup.dump.PlatformTool;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupOrder;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.saga.StepContext;
import java.util.List;
import java.util.Locale;
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

  /** The server a backup is taken from. */
  DatabaseServer source(Backup backup) {
    return ofPlatform(backup)
        ? parts.servers().platform()
        : parts.servers().serving(database(backup));
  }

  /** What a backup is taken, restored and counted with. */
  DumpTool tool(Backup backup) {
    return ofPlatform(backup)
        ? new PlatformTool(parts.config().installation())
        : DumpTool.of(engine(backup));
  }

  private static boolean ofPlatform(Backup backup) {
    return backup.subject().kind() == BackupSubject.Kind.PLATFORM;
  }

  private static DatabaseEngine engine(Backup backup) {
    return ofPlatform(backup)
        ? DatabaseEngine.POSTGRESQL
        : DatabaseEngine.valueOf(String.valueOf(backup.engine()).toUpperCase(Locale.ROOT));
  }

  /** A server like the one it was taken from; of the same image while that one is there. */
  DatabaseServer like(Backup backup) {
    if (ofPlatform(backup)) {
      return parts
          .servers()
          .like(DatabaseEngine.POSTGRESQL, PlatformServer.VERSION, null, "restored");
    }
    String version = String.valueOf(backup.engineVersion());
    return parts.servers().like(engine(backup), version, customImage(backup, version), "restored");
  }

  private @org.jspecify.annotations.Nullable String customImage(Backup backup, String version) {
    if (backup.subject().id() == null) {
      return null;
    }
    try {
      var there =
          parts
              .stores()
              .databases()
              .get(new dev.slipway.contracts.database.DatabaseId(backup.subject().id()))
              .await();
      return there.version().equals(version) ? there.config().image() : null;
    } catch (Problem gone) {
      return null; // then the engine's own image of that version is what is left
    }
  }

  private static String database(Backup backup) {
    if (backup.subject().kind() != BackupSubject.Kind.DATABASE || backup.subject().id() == null) {
      throw Problem.failed(
          "backup_subject_unsupported",
          "This backup service takes no backups of a " + backup.subject().kind().wire() + ".",
          "Update the backup service.");
    }
    return backup.subject().id();
  }
}
