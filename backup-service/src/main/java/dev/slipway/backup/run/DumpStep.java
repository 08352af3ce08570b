package dev.slipway.backup.run;

import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.destination.Stored;
import dev.slipway.backup.dump.Dump;
import dev.slipway.backup.dump.Site;
import dev.slipway.backup.dump.Taken;
import dev.slipway.backup.stream.Sealed;
import dev.slipway.backup.stream.Sealer;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.store.BackupStore;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * From what is backed up to its destination in one stream. It cannot be resumed in the middle: an
 * attempt that was cut off is cleared away and it begins anew, under a key of its own.
 */
final class DumpStep {
  private static final DateTimeFormatter AT =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final BackupParts parts;
  private final Runs runs;

  DumpStep(BackupParts parts, Runs runs) {
    this.parts = parts;
    this.runs = runs;
  }

  /**
   * Where it will lie, decided once.
   *
   * @param stem what the keys of all attempts begin with; each writes an object of its own, so that
   *     an owner who was replaced never puts his in the place of his successor's
   */
  record Reserved(String stem, String ending) {
    String key(StepContext ctx) {
      return prefix() + ctx.fence().number() + ending;
    }

    private String prefix() {
      return stem + "-";
    }

    /** Whether an object is of this attempt or of one before it; a successor's never is. */
    boolean isOf(StepContext ctx, String key) {
      if (!key.startsWith(prefix()) || !key.endsWith(ending)) {
        return false;
      }
      String number = key.substring(prefix().length(), key.length() - ending.length());
      return number.matches("\\d{1,18}") && Long.parseLong(number) <= ctx.fence().number();
    }
  }

  Object reserve(StepContext ctx) {
    Backup backup = runs.backup(ctx);
    Kept kept = runs.kept(ctx, backup);
    kept.image();
    String stem =
        "slipway/%s/%s/%s/%s-%s" // what begins otherwise is not ours, and retention leaves it
            .formatted(
                parts.config().installation(),
                backup.subject().kind().wire(),
                backup.subjectName(),
                AT.format(backup.createdAt()),
                backup.id());
    String ending = kept.ending() + ".zst" + (backup.encrypted() ? ".sealed" : "");
    return new Reserved(stem, ending);
  }

  Object dump(StepContext ctx) {
    Backup backup = runs.backup(ctx);
    Kept kept = runs.kept(ctx, backup);
    Site site = site(ctx);
    site.clear();
    kept.release(ctx.fence());
    ctx.checkpoint();
    Reserved reserved = ctx.output(BackupSaga.RESERVE, Reserved.class);
    String key = reserved.key(ctx);
    parts.stores().backups().running(ctx.fence(), backup.id(), key).await();
    runs.log(ctx)
        .say(
            BackupSaga.DUMP,
            "Taking '%s' with the tools of %s.".formatted(backup.subjectName(), kept.image()));
    Manifest manifest;
    try (var destination = parts.places().open(backup.destinationId())) {
      removeAll(ctx, destination, reserved);
      manifest = stored(ctx, backup, kept, site, destination, key);
    }
    runs.log(ctx)
        .say(
            BackupSaga.DUMP,
            "Stored %d bytes (%d before compression), %s, in %d ms."
                .formatted(
                    manifest.storedBytes(),
                    manifest.plainBytes(),
                    kept.told(manifest),
                    manifest.tookMillis()));
    ctx.inCheckpoint(tx -> BackupStore.stored(tx, backup.id(), manifest));
    return manifest;
  }

  private Manifest stored(
      StepContext ctx, Backup backup, Kept kept, Site site, Destination destination, String key) {
    long began = System.nanoTime();
    try (Dump dump = kept.dump(site, ctx.fence());
        var progress =
            new Progress(n -> parts.stores().backups().progress(ctx.fence(), backup.id(), n))) {
      var taken = new AtomicReference<Taken>();
      var sealer =
          new Sealer(
              Sealer.DEFAULT_LEVEL,
              backup.encrypted()
                  ? Optional.of(parts.places().sealing(backup.subject()))
                  : Optional.empty());
      Sealed sealed =
          sealer.seal(
              progress.counting(dump.content()),
              () -> {
                taken.set(dump.confirm());
                mustNotBeEmpty(progress.bytes());
                ctx.checkpoint();
                mustBeOurs(ctx); // nothing is published for somebody who was replaced
              },
              destination,
              key);
      dump.warnings().forEach(line -> runs.log(ctx).say(BackupSaga.DUMP, LogLevel.WARN, line));
      return manifest(kept, Objects.requireNonNull(taken.get()), sealed, System.nanoTime() - began);
    }
  }

  /** Even an empty database has a dump that says so. */
  private static void mustNotBeEmpty(long bytes) {
    if (bytes == 0) {
      throw Problem.failed(
          "backup_empty",
          "The tool ended well and wrote nothing.",
          "See in the log of what was backed up what refused it, then take the backup again.");
    }
  }

  private static Manifest manifest(Kept kept, Taken taken, Sealed sealed, long nanos) {
    return new Manifest(
        kept.format(),
        taken.tool(),
        taken.serverVersion(),
        taken.takenAt(),
        taken.counts(),
        taken.digests(),
        sealed.plain().size(),
        sealed.plain().sha256(),
        sealed.stored().size(),
        sealed.stored().sha256().orElse(""),
        "zstd",
        sealed.keyId().orElse(null),
        Duration.ofNanos(nanos).toMillis());
  }

  /** Takes back what this backup put anywhere. */
  void remove(StepContext ctx) {
    Backup backup = runs.backup(ctx);
    runs.kept(ctx, backup).release(ctx.fence());
    site(ctx).clear();
    var reserved = ctx.outputOrNull(BackupSaga.RESERVE, Reserved.class);
    if (reserved == null) {
      return;
    }
    try (var destination = parts.places().open(backup.destinationId())) {
      removeAll(ctx, destination, reserved);
      parts.stores().backups().removed(backup.id()).await();
    } catch (Problem unreachable) {
      // its key stays in the row, without the time of its removal
      runs.log(ctx)
          .say(
              BackupSaga.DUMP,
              LogLevel.WARN,
              "What was written of it, if anything, may still lie there: " + unreachable.detail());
    }
  }

  private void removeAll(StepContext ctx, Destination destination, Reserved reserved) {
    mustBeOurs(ctx);
    for (Stored there : destination.list(reserved.prefix())) {
      if (reserved.isOf(ctx, there.key())) {
        destination.remove(there.key());
      }
    }
  }

  private void mustBeOurs(StepContext ctx) {
    parts.stores().backups().requireOwner(ctx.fence()).await();
  }

  Site site(StepContext ctx) {
    return Site.of(
        parts.engine(),
        parts.config().installation(),
        ctx.sagaId(),
        ctx.fence().number(),
        parts.config().memoryBytes());
  }
}
