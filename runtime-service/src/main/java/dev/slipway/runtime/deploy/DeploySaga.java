package dev.slipway.runtime.deploy;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerProblem;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.saga.Action;
import dev.slipway.platform.saga.Ended;
import dev.slipway.platform.saga.Retries;
import dev.slipway.platform.saga.Retryable;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.Script;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.platform.saga.Undo;
import dev.slipway.runtime.service.HealthProbe;
import dev.slipway.store.DeploymentStore;
import java.time.Duration;

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
  private final Ending ending;

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
    this.ending = new Ending(runs, reconcile);
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
  public void ended(Ended how, StepContext ctx) {
    ending.tell(how, ctx, how == Ended.STUCK ? SWITCH_TRAFFIC : RESERVE);
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
