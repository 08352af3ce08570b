package dev.slipway.runtime.deploy;

import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.saga.Ended;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.platform.saga.StepFailure;
import dev.slipway.store.DeploymentStore;
import java.util.List;

/** How a saga that carries a deployment tells its end: in the deployment's log and in its row. */
final class Ending {
  private final Runs runs;
  private final Runnable reconcile;

  Ending(Runs runs, Runnable reconcile) {
    this.runs = runs;
    this.reconcile = reconcile;
  }

  /**
   * Tells it.
   *
   * @param step where it is said to have failed when the saga itself does not say
   */
  void tell(Ended how, StepContext ctx, String step) {
    DeploymentId deployment = new DeploymentId(ctx.subject());
    switch (how) {
      case DONE -> {}
      case CANCELLED -> {
        runs.of(ctx)
            .log()
            .say(null, LogLevel.WARN, "Cancelled; what this attempt made is removed.");
        runs.of(ctx).log().stored().await();
        ctx.inCheckpoint(tx -> DeploymentStore.cancelled(tx, deployment, "requested"));
      }
      case UNDONE, STUCK -> {
        Failure failure = failure(ctx, step);
        say(runs.of(ctx).log(), failure, how);
        runs.of(ctx).log().stored().await();
        ctx.inCheckpoint(tx -> DeploymentStore.failed(tx, deployment, failure));
      }
    }
    runs.forget(ctx.sagaId());
    reconcile.run();
  }

  private Failure failure(StepContext ctx, String step) {
    StepFailure failure = ctx.failure();
    List<String> tail = runs.of(ctx).tail();
    if (failure == null) {
      return new Failure(
          step,
          "internal",
          "The deployment failed without a reason.",
          "Try again; if it fails in the same way, look at the platform's own log.",
          tail);
    }
    return new Failure(failure.step(), failure.code(), failure.message(), failure.remedy(), tail);
  }

  private static void say(DeployLog log, Failure failure, Ended how) {
    log.say(failure.step(), LogLevel.ERROR, failure.detail());
    log.say(failure.step(), LogLevel.ERROR, failure.remedy());
    if (how == Ended.UNDONE) {
      log.say(failure.step(), LogLevel.INFO, "What served before this deployment goes on serving.");
    }
  }
}
