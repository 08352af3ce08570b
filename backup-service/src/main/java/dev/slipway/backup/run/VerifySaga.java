package dev.slipway.backup.run;

import static dev.slipway.backup.run.Guarded.back;
import static dev.slipway.backup.run.Guarded.forward;

import dev.slipway.backup.verify.Proof;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.saga.Ended;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.Script;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.store.BackupStore;
import org.jspecify.annotations.Nullable;

/**
 * Proves a backup that lies at its destination, once more. An attempt that could not be made says
 * nothing of the backup: its status stays as it is.
 */
public final class VerifySaga implements Saga {
  private final Runs runs;
  private final ProofStep proof;

  public VerifySaga(BackupParts parts) {
    this.runs = new Runs(parts);
    this.proof = new ProofStep(parts, runs);
  }

  @Override
  public Script script() {
    return Script.named(BackupStore.VERIFY, 1)
        .step(BackupSaga.VERIFY, forward(proof::prove), back(proof::remove))
        .step(BackupSaga.CONCLUDE, forward(this::conclude))
        .build();
  }

  private @Nullable Object conclude(StepContext ctx) {
    BackupId id = Runs.id(ctx);
    Proof found = ctx.output(BackupSaga.VERIFY, Proof.class);
    if (found.against() == null) {
      proof.praise(ctx, found.manifest());
      ctx.inCheckpoint(tx -> BackupStore.verified(tx, id, found.manifest()));
      return null;
    }
    Failure failure = proof.tell(ctx, found.against());
    if (found.against().conclusive()) {
      ctx.inCheckpoint(tx -> BackupStore.disproved(tx, id, failure));
    } else {
      ctx.inCheckpoint(tx -> BackupStore.unproven(tx, id));
    }
    return null;
  }

  @Override
  public void ended(Ended how, StepContext ctx) {
    var log = runs.log(ctx);
    if (how == Ended.CANCELLED) {
      log.say(null, LogLevel.WARN, "Cancelled; nothing is known that was not known before.");
    } else if (how != Ended.DONE) {
      Failures.told(ctx.failure(), log);
    }
    if (how != Ended.DONE) {
      ctx.inCheckpoint(tx -> BackupStore.unproven(tx, Runs.id(ctx)));
    }
    log.end().await();
    runs.forget(ctx);
  }
}
