package dev.slipway.backup.restore;

import static dev.slipway.backup.run.Guarded.back;
import static dev.slipway.backup.run.Guarded.forward;

import dev.slipway.backup.dump.DatabaseServer;
import dev.slipway.backup.dump.Site;
import dev.slipway.backup.run.BackupParts;
import dev.slipway.backup.run.Failures;
import dev.slipway.backup.run.Progress;
import dev.slipway.backup.run.WorkLog;
import dev.slipway.backup.stream.Opener;
import dev.slipway.backup.verify.Expected;
import dev.slipway.backup.verify.Prover;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.backup.RestoreOrder;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.saga.Ended;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.Script;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.store.RestoreStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Fills a given server from a backup. Safe to resume at any line: an attempt that was cut off
 * begins anew with a server that it empties first.
 *
 * <pre>
 *   reserve    the backup lies there, nothing is in the way
 *   fill       everything is in the server          - whose it is not any more; what it holds is not to be used
 *   compare    and is what was taken
 * </pre>
 */
public final class RestoreSaga implements Saga {
  private static final String RESERVE = "reserve";
  private static final String FILL = "fill";
  private static final String COMPARE = "compare";

  private final BackupParts parts;
  private final Map<Fence, WorkLog> logs = new ConcurrentHashMap<>();

  public RestoreSaga(BackupParts parts) {
    this.parts = parts;
  }

  @Override
  public Script script() {
    return Script.named(RestoreStore.RESTORE, 1)
        .step(RESERVE, forward(this::reserve))
        .step(FILL, forward(this::fill), back(this::leave))
        .step(COMPARE, forward(this::compare))
        .build();
  }

  private static RestoreOrder order(StepContext ctx) {
    return ctx.input(RestoreOrder.class);
  }

  private WorkLog log(StepContext ctx) {
    return logs.computeIfAbsent(
        ctx.fence(),
        fence ->
            WorkLog.open(parts, LogStreams.ofRestore(order(ctx).restoreId()), fence, List.of()));
  }

  private Restore restore(StepContext ctx) {
    return parts.stores().restores().get(order(ctx).restoreId()).await();
  }

  private Backup backup(Restore restore) {
    Backup backup = parts.stores().backups().get(restore.backupId()).await();
    if (backup.manifest() == null || backup.objectKey() == null || backup.removedAt() != null) {
      throw Problem.conflict(
          "backup_not_stored",
          "Nothing of this backup lies at its destination.",
          "Choose another backup: GET /api/backups shows which ones are stored.");
    }
    return backup;
  }

  private @Nullable Object reserve(StepContext ctx) {
    Restore restore = restore(ctx);
    Backup backup = backup(restore);
    Filling filling = filling(ctx, restore, backup);
    parts.stores().restores().running(ctx.fence(), restore.id()).await();
    site(ctx).clear();
    var there = filling.there();
    if (!there.isEmpty() && !order(ctx).force()) {
      throw Problem.conflict(
          "target_not_empty",
          "The target holds something already: " + there.firstKey() + ".",
          "Restore into a new database, or say that what is there may be replaced.");
    }
    log(ctx)
        .say(
            RESERVE, "Restoring the backup " + backup.id() + " of '" + backup.subjectName() + "'.");
    return null;
  }

  private @Nullable Object fill(StepContext ctx) throws IOException {
    Restore restore = restore(ctx);
    Backup backup = backup(restore);
    site(ctx).clear();
    ctx.checkpoint();
    Filling filling = filling(ctx, restore, backup);
    boolean replace = order(ctx).force() || ctx.attempt() > 1 || filling.target().ours();
    try (var destination = parts.places().open(backup.destinationId());
        var progress =
            new Progress(n -> parts.stores().restores().progress(ctx.fence(), restore.id(), n));
        var content =
            new Opener(parts.places().opening())
                .open(destination.read(Objects.requireNonNull(backup.objectKey()), 0, -1))) {
      log(ctx).say(FILL, "Filling the server with what lies at the destination.");
      parts.stores().backups().requireOwner(ctx.fence()).await(); // it empties the server
      filling.fill(content, replace, progress);
    }
    return null;
  }

  private @Nullable Object compare(StepContext ctx) {
    Restore restore = restore(ctx);
    Backup backup = backup(restore);
    filling(ctx, restore, backup).compare();
    log(ctx).say(COMPARE, "The server holds what was backed up.");
    return null;
  }

  private void leave(StepContext ctx) {
    site(ctx).clear();
    Restore restore = restore(ctx);
    try {
      filling(ctx, restore, backup(restore)).release();
    } catch (Problem gone) {
      log(ctx).say(FILL, LogLevel.WARN, "The server cannot be left in order: " + gone.detail());
    }
    site(ctx).clear();
  }

  private Filling filling(StepContext ctx, Restore restore, Backup backup) {
    BackupSubject target = restore.target();
    if (target.kind() != BackupSubject.Kind.DATABASE || target.id() == null) {
      throw Problem.failed(
          "backup_subject_unsupported",
          "This backup service fills no " + target.kind().wire() + ".",
          "Update the backup service.");
    }
    DatabaseServer server = parts.servers().generation(target.id(), restore.generation());
    mustFit(backup, server);
    var config = parts.config();
    return new Filling(
        site(ctx),
        server,
        parts
            .servers()
            .like(server.engine(), String.valueOf(backup.engineVersion()), null, "restored"),
        Expected.of(backup),
        restore.only(),
        new Prover(config.scratchBytes(), config.start(), config.patience()),
        config.patience());
  }

  private static void mustFit(Backup backup, DatabaseServer server) {
    if (!server.engine().wire().equals(backup.engine())) {
      throw Problem.conflict(
          "backup_other_engine",
          "This is a backup of "
              + backup.engine()
              + ", the target is "
              + server.engine().wire()
              + ".",
          "Choose a database of the same engine.");
    }
  }

  private Site site(StepContext ctx) {
    return Site.of(
        parts.engine(),
        parts.config().installation(),
        ctx.sagaId(),
        ctx.fence().number(),
        parts.config().memoryBytes());
  }

  @Override
  public void ended(Ended how, StepContext ctx) {
    String id = order(ctx).restoreId();
    var log = log(ctx);
    switch (how) {
      case DONE -> ctx.inCheckpoint(tx -> RestoreStore.succeeded(tx, id));
      case CANCELLED -> {
        log.say(null, LogLevel.WARN, "Cancelled; what is in the server is not to be used.");
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
