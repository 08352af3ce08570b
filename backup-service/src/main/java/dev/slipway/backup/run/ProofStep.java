package dev.slipway.backup.run;

import dev.slipway.backup.dump.Site;
import dev.slipway.backup.stream.OpenedBackup;
import dev.slipway.backup.stream.Opener;
import dev.slipway.backup.verify.Expected;
import dev.slipway.backup.verify.Proof;
import dev.slipway.backup.verify.Prover;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.saga.Cancelled;
import dev.slipway.platform.saga.StepContext;
import java.io.IOException;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Proves what lies at the destination, and says what became of it. */
final class ProofStep {
  private static final Logger LOG = LoggerFactory.getLogger(ProofStep.class);

  private final BackupParts parts;
  private final Runs runs;

  ProofStep(BackupParts parts, Runs runs) {
    this.parts = parts;
    this.runs = runs;
  }

  /**
   * A failed proof is an outcome: what lies there stays, for whoever wants to look at it. One that
   * could not even be begun is one as well, and says nothing of what lies there.
   */
  Object prove(StepContext ctx) throws Exception {
    Backup backup = runs.backup(ctx);
    Expected expected = Expected.of(backup);
    try {
      return proven(ctx, backup, expected);
    } catch (FencedOut | Cancelled stopped) {
      throw stopped;
    } catch (Exception e) {
      if (Guarded.isNoEnd(ctx, e)) {
        throw e;
      }
      return new Proof(expected.manifest(), against(backup, e));
    }
  }

  private static Proof.Against against(Backup backup, Exception failure) {
    if (failure instanceof Problem problem) {
      return new Proof.Against(problem.code(), problem.detail(), problem.remedy(), false);
    }
    LOG.warn("The backup {} could not be proven", backup.id(), failure);
    return new Proof.Against(
        "internal",
        "It could not be proven: " + failure,
        "Verify it again; if that fails in the same way, look at the platform's own log.",
        false);
  }

  private Proof proven(StepContext ctx, Backup backup, Expected expected) throws IOException {
    Site site = site(ctx);
    site.clear();
    ctx.checkpoint();
    var config = parts.config();
    var prover = new Prover(config.scratchBytes(), config.start(), config.patience());
    var rehearsal = runs.kept(ctx, backup).rehearsal();
    try (var destination = parts.places().open(backup.destinationId());
        var progress =
            new Progress(n -> parts.stores().backups().progress(ctx.fence(), backup.id(), n))) {
      return prover.prove(
          site,
          rehearsal,
          expected,
          () -> opened(destination.read(key(backup), 0, -1), progress),
          line -> runs.log(ctx).say(BackupSaga.VERIFY, line));
    }
  }

  private OpenedBackup opened(java.io.InputStream stored, Progress progress) {
    return new Opener(parts.places().opening()).open(progress.counting(stored));
  }

  private static String key(Backup backup) {
    return Objects.requireNonNull(backup.objectKey());
  }

  /** Removes a scratch server that an attempt left. */
  void remove(StepContext ctx) {
    site(ctx).clear();
  }

  /** Says how it ended. */
  Failure tell(StepContext ctx, Proof.Against against) {
    return Failures.told(
        BackupSaga.VERIFY, against.code(), against.detail(), against.remedy(), runs.log(ctx));
  }

  void praise(StepContext ctx, Manifest manifest) {
    runs.log(ctx)
        .say(
            BackupSaga.VERIFY,
            "Verified: restored, and found equal, with "
                + runs.kept(ctx, runs.backup(ctx)).told(manifest)
                + ".");
  }

  private Site site(StepContext ctx) {
    return Site.of(
        parts.engine(),
        parts.config().installation(),
        ctx.sagaId(),
        ctx.fence().number(),
        parts.config().memoryBytes());
  }
}
