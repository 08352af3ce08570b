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
 * Takes a backup and proves it. Safe to resume at any line.
 *
 * <pre>
 *   reserve    the source is there; where the backup will lie is decided
 *   dump       dumped, compressed, sealed, stored; the manifest in the row   - remove it there
 *   verify     read back, restored into a scratch server, compared           - remove that server
 *   conclude   verified, or failed with the cause
 * </pre>
 *
 * What fails to be proven stays at its destination and is called failed; what was not finished, or
 * was cancelled, is removed from there.
 */
public final class BackupSaga implements Saga {
  static final String RESERVE = "reserve";
  static final String DUMP = "dump";
  static final String VERIFY = "verify";
  static final String CONCLUDE = "conclude";

  private final String kind;
  private final Runs runs;
  private final DumpStep dump;
  private final ProofStep proof;

  /** Takes what any backup service can take. */
  public BackupSaga(BackupParts parts) {
    this(parts, null);
  }

  /**
   * Takes what only a backup service on one node can take: the volumes there.
   *
   * @param node Swarm's id of it; null: what any service can take
   */
  public BackupSaga(BackupParts parts, @Nullable String node) {
    this.kind = BackupStore.kindAt(BackupStore.BACKUP, node);
    this.runs = new Runs(parts);
    this.dump = new DumpStep(parts, runs);
    this.proof = new ProofStep(parts, runs);
  }

  @Override
  public Script script() {
    return Script.named(kind, 1)
        .step(RESERVE, forward(dump::reserve))
        .step(DUMP, forward(dump::dump), back(dump::remove))
        .step(VERIFY, forward(proof::prove), back(proof::remove))
        .step(CONCLUDE, forward(this::conclude))
        .build();
  }

  private @Nullable Object conclude(StepContext ctx) {
    BackupId id = Runs.id(ctx);
    Proof found = ctx.output(VERIFY, Proof.class);
    if (found.against() == null) {
      proof.praise(ctx, found.manifest());
      ctx.inCheckpoint(tx -> BackupStore.verified(tx, id, found.manifest()));
    } else {
      Failure failure = proof.tell(ctx, found.against());
      ctx.inCheckpoint(tx -> BackupStore.failed(tx, id, failure));
    }
    return null;
  }

  @Override
  public void ended(Ended how, StepContext ctx) {
    BackupId id = Runs.id(ctx);
    var log = runs.log(ctx);
    switch (how) {
      case DONE -> {}
      case CANCELLED -> {
        log.say(null, LogLevel.WARN, "Cancelled; what was made of it is removed.");
        ctx.inCheckpoint(tx -> BackupStore.cancelled(tx, id));
      }
      case UNDONE, STUCK -> {
        Failure failure = Failures.told(ctx.failure(), log);
        ctx.inCheckpoint(tx -> BackupStore.failed(tx, id, failure));
      }
    }
    log.end().await();
    runs.forget(ctx);
  }
}
