package dev.slipway.backup.restore;

import static dev.slipway.backup.run.Guarded.back;
import static dev.slipway.backup.run.Guarded.forward;

import dev.slipway.backup.dump.Bench;
import dev.slipway.backup.dump.Restored;
import dev.slipway.backup.dump.Site;
import dev.slipway.backup.dump.TarTool;
import dev.slipway.backup.run.BackupParts;
import dev.slipway.backup.run.Progress;
import dev.slipway.backup.run.VolumeRest;
import dev.slipway.backup.run.Volumes;
import dev.slipway.backup.stream.Opener;
import dev.slipway.backup.verify.Expected;
import dev.slipway.backup.verify.VolumeRehearsal;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.saga.Ended;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.Script;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.store.BackupStore;
import dev.slipway.store.RestoreStore;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Replaces what is in a volume by a backup, on the node that has it, after what was there was
 * backed up and proven. Safe to resume at any line: an attempt that was cut off begins anew with an
 * empty volume.
 *
 * <pre>
 *   reserve    the backup lies there, the application has ended
 *   fill       the volume was emptied, and everything is in it   - what it holds is not to be used
 *   compare    and is what was taken
 * </pre>
 */
public final class VolumeRestoreSaga implements Saga {
  private static final String RESERVE = "reserve";
  private static final String FILL = "fill";
  private static final String COMPARE = "compare";
  private static final int NAMED = 10;
  private static final TarTool TAR = new TarTool();

  private final BackupParts parts;
  private final String node;
  private final RestoreRuns runs;

  /**
   * For the volumes of one node.
   *
   * @param node Swarm's id of it
   */
  public VolumeRestoreSaga(BackupParts parts, String node) {
    this.parts = parts;
    this.node = node;
    this.runs = new RestoreRuns(parts);
  }

  @Override
  public Script script() {
    return Script.named(BackupStore.kindAt(RestoreStore.RESTORE, node), 1)
        .step(RESERVE, forward(this::reserve))
        .step(FILL, forward(this::fill), back(this::leave))
        .step(COMPARE, forward(this::compare))
        .build();
  }

  private @Nullable Object reserve(StepContext ctx) {
    Restore restore = runs.restore(ctx);
    Backup backup = runs.backup(restore);
    mustBeOfVolume(backup);
    Volumes.Found volume = parts.volumes().find(restore.target());
    parts.volumes().image();
    parts.stores().restores().running(ctx.fence(), restore.id()).await();
    runs.site(ctx).clear();
    new VolumeRest(parts, volume).await(ctx::checkpoint);
    try (var bench = bench(runs.site(ctx), volume)) {
      TAR.mustFit(bench, Expected.of(backup).manifest().plainBytes());
    }
    runs.site(ctx).clear();
    runs.log(ctx)
        .say(
            RESERVE,
            "Restoring the backup %s of '%s'. What is there now is in the backup %s."
                .formatted(backup.id(), backup.subjectName(), restore.safetyBackupId()));
    return null;
  }

  private static void mustBeOfVolume(Backup backup) {
    if (!TarTool.FORMAT.equals(Objects.requireNonNull(backup.manifest()).format())) {
      throw Problem.conflict(
          "backup_not_of_volume", "This is no backup of a volume.", "Choose one that is.");
    }
  }

  private @Nullable Object fill(StepContext ctx) throws IOException {
    Restore restore = runs.restore(ctx);
    Backup backup = runs.backup(restore);
    Volumes.Found volume = parts.volumes().find(restore.target());
    Site site = runs.site(ctx);
    site.clear();
    ctx.checkpoint();
    var rest = new VolumeRest(parts, volume);
    rest.require();
    try (var destination = parts.places().open(backup.destinationId());
        var progress =
            new Progress(n -> parts.stores().restores().progress(ctx.fence(), restore.id(), n));
        var content =
            new Opener(parts.places().opening())
                .open(destination.read(Objects.requireNonNull(backup.objectKey()), 0, -1));
        var bench = bench(site, volume)) {
      runs.log(ctx).say(FILL, "Emptying the volume, and filling it from the destination.");
      parts.stores().restores().emptying(ctx.fence(), restore.id()).await();
      TAR.empty(bench);
      parts.stores().backups().requireOwner(ctx.fence()).await(); // emptying may take its time
      TAR.fill(bench, progress.counting(content));
      Filling.mustBeWhatWasStored(Expected.of(backup).manifest(), content.readToEnd());
    }
    rest.require();
    return null;
  }

  private Bench bench(Site site, Volumes.Found volume) {
    var tools =
        site.mounting(parts.volumes().image(), volume.mount(false), VolumeRehearsal.WRITING);
    return Bench.ofTar(tools, parts.config().patience());
  }

  private @Nullable Object compare(StepContext ctx) throws IOException {
    Restore restore = runs.restore(ctx);
    Manifest manifest = Expected.of(runs.backup(restore)).manifest();
    Volumes.Found volume = parts.volumes().find(restore.target());
    Restored found;
    try (var bench = bench(runs.site(ctx), volume)) {
      found = TAR.count(bench);
    }
    new VolumeRest(parts, volume).require();
    List<String> differences = TAR.differences(manifest, found);
    if (!differences.isEmpty()) {
      throw Problem.failed(
          "restore_counts_differ",
          "The volume does not hold what was backed up. "
              + String.join("; ", differences.subList(0, Math.min(NAMED, differences.size())))
              + ".",
          "Verify the backup; restore it again, another one, or the safety backup "
              + restore.safetyBackupId()
              + " before the application is started.");
    }
    runs.log(ctx).say(COMPARE, "The volume holds what was backed up; the application may start.");
    return null;
  }

  private void leave(StepContext ctx) {
    runs.site(ctx).clear();
    runs.log(ctx)
        .say(
            FILL,
            LogLevel.WARN,
            "What is in the volume is not to be used. What was there is in the backup "
                + runs.restore(ctx).safetyBackupId()
                + ": restore that one, or this one again, before the application is started.");
  }

  @Override
  public void ended(Ended how, StepContext ctx) {
    runs.ended(how, ctx, "Unless it says so above, the volume was not touched.");
  }
}
