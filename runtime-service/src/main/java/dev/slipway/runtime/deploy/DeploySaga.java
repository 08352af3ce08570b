package dev.slipway.runtime.deploy;

import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerProblem;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.saga.Action;
import dev.slipway.platform.saga.Ended;
import dev.slipway.platform.saga.Retries;
import dev.slipway.platform.saga.Retryable;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.Script;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.platform.saga.StepFailure;
import dev.slipway.platform.saga.Undo;
import dev.slipway.runtime.service.HealthProbe;
import dev.slipway.store.DeploymentStore;
import java.time.Duration;
import java.util.List;

/**
 * Takes a release from "wanted" to "serving" without dropping a request; a rollback is the same
 * with an older release. Safe to resume at any line.
 *
 * <pre>
 *   reserve         the release, its image and its application are there    - nothing to undo
 *   stop-old        only when old and new must not meet: hold requests,     - start the old again, route to it
 *                   stop what is in the way
 *   start-new       its service has the wanted replicas                     - remove it, or scale it back
 *   await-healthy   they answer where the ingress will reach them
 *   ------ point of no return
 *   switch-traffic  release states and routes, in one transaction
 *   announce        every ingress has applied them: success
 * </pre>
 *
 * The old release is left running, warm; draining and retiring it is the reconcile loop's: nobody's
 * success has to wait for a slow request to the release before.
 */
public final class DeploySaga implements Saga {
  static final String RESERVE = "reserve";
  static final String STOP_OLD = "stop-old";
  static final String START_NEW = "start-new";
  static final String AWAIT_HEALTHY = "await-healthy";
  static final String SWITCH_TRAFFIC = "switch-traffic";
  static final String ANNOUNCE = "announce";

  private static final Duration ENGINE_BACK_OFF = Duration.ofMillis(500);

  /** About 50 s: managers that lose one of theirs elect another leader within 10 to 30. */
  private static final Retries THROUGH_ELECTION =
      new Retries(14, Duration.ofMillis(500), Duration.ofSeconds(5));

  private final Steps steps;
  private final Standstill standstill;
  private final Runs runs;
  private final Runnable reconcile;

  /**
   * Makes the saga.
   *
   * @param reconcile rings the reconcile loop: something changed
   */
  public DeploySaga(DeployParts parts, Runnable reconcile) {
    this.runs = new Runs(parts);
    HealthGate gate =
        new HealthGate(
            parts.replicas(), new HealthProbe(), parts.watch(), new Autopsy(parts.base()));
    this.steps = new Steps(parts, runs, gate);
    this.standstill = new Standstill(parts, runs, gate);
    this.reconcile = reconcile;
  }

  @Override
  public String kind() {
    return DeploymentStore.DEPLOY;
  }

  @Override
  public Script script() {
    return Script.named(DeploymentStore.DEPLOY, 1)
        .step(RESERVE, forward(steps::reserve))
        .retrying(THROUGH_ELECTION)
        .step(STOP_OLD, forward(standstill::stopOld), back(standstill::startOldAgain))
        .retrying(THROUGH_ELECTION)
        .step(START_NEW, forward(steps::startNew), back(steps::removeNew))
        .retrying(THROUGH_ELECTION)
        .step(AWAIT_HEALTHY, forward(steps::awaitHealthy))
        .retrying(THROUGH_ELECTION)
        .pointOfNoReturn()
        .step(SWITCH_TRAFFIC, forward(steps::switchTraffic))
        .step(ANNOUNCE, forward(steps::announce))
        .build();
  }

  @Override
  public void ended(Ended how, StepContext ctx) throws Exception {
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
        Failure failure = failure(ctx, how);
        tell(runs.of(ctx).log(), failure, how);
        runs.of(ctx).log().stored().await();
        ctx.inCheckpoint(tx -> DeploymentStore.failed(tx, deployment, failure));
      }
    }
    runs.forget(ctx.sagaId());
    reconcile.run();
  }

  private Failure failure(StepContext ctx, Ended how) {
    StepFailure failure = ctx.failure();
    List<String> tail = runs.of(ctx).tail();
    if (failure == null) {
      return new Failure(
          how == Ended.STUCK ? SWITCH_TRAFFIC : RESERVE,
          "internal",
          "The deployment failed without a reason.",
          "Try again; if it fails in the same way, look at the platform's own log.",
          tail);
    }
    return new Failure(failure.step(), failure.code(), failure.message(), failure.remedy(), tail);
  }

  private static void tell(DeployLog log, Failure failure, Ended how) {
    log.say(failure.step(), LogLevel.ERROR, failure.detail());
    log.say(failure.step(), LogLevel.ERROR, failure.remedy());
    if (how == Ended.UNDONE) {
      log.say(failure.step(), LogLevel.INFO, "What served before this deployment goes on serving.");
    }
  }

  /** Engine failures in the words of a deployment; those that may pass are tried again. */
  private Action forward(Action action) {
    return ctx -> {
      try {
        return action.run(ctx);
      } catch (DockerProblem problem) {
        throw translated(ctx, problem);
      } catch (FencedOut out) {
        runs.forget(ctx.sagaId());
        throw out;
      }
    };
  }

  private Undo back(Undo undo) {
    return ctx -> {
      try {
        undo.run(ctx);
      } catch (DockerProblem problem) {
        throw translated(ctx, problem);
      } catch (FencedOut out) {
        runs.forget(ctx.sagaId());
        throw out;
      }
    };
  }

  private static Exception translated(StepContext ctx, DockerProblem problem) {
    if (problem instanceof DockerProblem.Cancelled) {
      Thread.interrupted();
      ctx.checkpoint();
    }
    Problem told = Problem.failed(problem.code(), problem.getMessage(), problem.remedy(), problem);
    return problem.transientFailure()
        ? new Retryable(problem.getMessage(), told, ENGINE_BACK_OFF)
        : told;
  }

  /** Closes what running sagas hold in memory. */
  public void close() {
    runs.close();
  }
}
