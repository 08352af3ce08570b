package dev.slipway.backup.restore;

import static dev.slipway.backup.run.Guarded.back;
import static dev.slipway.backup.run.Guarded.forward;

import dev.slipway.backup.dump.DatabaseServer;
import dev.slipway.backup.run.BackupParts;
import dev.slipway.backup.run.Progress;
import dev.slipway.backup.stream.Opener;
import dev.slipway.backup.verify.Expected;
import dev.slipway.backup.verify.Prover;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.saga.Ended;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.Script;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.store.RestoreStore;
import java.io.IOException;
import java.util.Objects;
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
  private final RestoreRuns runs;

  public RestoreSaga(BackupParts parts) {
    this.parts = parts;
    this.runs = new RestoreRuns(parts);
  }

  @Override
  public Script script() {
    return Script.named(RestoreStore.RESTORE, 1)
        .step(RESERVE, forward(this::reserve))
        .step(FILL, forward(this::fill), back(this::leave))
        .step(COMPARE, forward(this::compare))
        .build();
  }

  private @Nullable Object reserve(StepContext ctx) {
    Restore restore = runs.restore(ctx);
    Backup backup = runs.backup(restore);
    Filling filling = filling(ctx, restore, backup);
    parts.stores().restores().running(ctx.fence(), restore.id()).await();
    runs.site(ctx).clear();
    var there = filling.there();
    if (!there.isEmpty() && !RestoreRuns.order(ctx).force()) {
      throw Problem.conflict(
          "target_not_empty",
          "The target holds something already: " + there.firstKey() + ".",
          "Restore into a new database, or say that what is there may be replaced.");
    }
    runs.log(ctx)
        .say(
            RESERVE, "Restoring the backup " + backup.id() + " of '" + backup.subjectName() + "'.");
    return null;
  }

  private @Nullable Object fill(StepContext ctx) throws IOException {
    Restore restore = runs.restore(ctx);
    Backup backup = runs.backup(restore);
    runs.site(ctx).clear();
    ctx.checkpoint();
    Filling filling = filling(ctx, restore, backup);
    boolean replace =
        RestoreRuns.order(ctx).force() || ctx.attempt() > 1 || filling.target().ours();
    try (var destination = parts.places().open(backup.destinationId());
        var progress =
            new Progress(n -> parts.stores().restores().progress(ctx.fence(), restore.id(), n));
        var content =
            new Opener(parts.places().opening())
                .open(destination.read(Objects.requireNonNull(backup.objectKey()), 0, -1))) {
      runs.log(ctx).say(FILL, "Filling the server with what lies at the destination.");
      parts.stores().backups().requireOwner(ctx.fence()).await(); // it empties the server
      filling.fill(content, replace, progress);
    }
    return null;
  }

  private @Nullable Object compare(StepContext ctx) {
    Restore restore = runs.restore(ctx);
    Backup backup = runs.backup(restore);
    filling(ctx, restore, backup).compare();
    runs.log(ctx).say(COMPARE, "The server holds what was backed up.");
    return null;
  }

  private void leave(StepContext ctx) {
    runs.site(ctx).clear();
    Restore restore = runs.restore(ctx);
    try {
      filling(ctx, restore, runs.backup(restore)).release();
    } catch (Problem gone) {
      runs.log(ctx)
          .say(FILL, LogLevel.WARN, "The server cannot be left in order: " + gone.detail());
    }
    runs.site(ctx).clear();
  }

  private Filling filling(StepContext ctx, Restore restore, Backup backup) {
    BackupSubject target = restore.target();
    if (target.kind() != BackupSubject.Kind.DATABASE || target.id() == null) {
      // the platform is filled by a program of its own, a volume by its node
      throw Problem.failed(
          "backup_subject_unsupported",
          "This is no restore of a database: no server can be filled by it.",
          "Ask for it again.");
    }
    DatabaseServer server = parts.servers().generation(target.id(), restore.generation());
    mustFit(backup, server);
    var config = parts.config();
    return new Filling(
        runs.site(ctx),
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

  @Override
  public void ended(Ended how, StepContext ctx) {
    runs.ended(how, ctx, "What is in the server is not to be used.");
  }
}
