package dev.slipway.runtime.deploy;

import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.contracts.route.RouteState;
import dev.slipway.contracts.route.Target;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.saga.StepContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The step for applications whose old and new release must not run beside each other: the ingress
 * lets requests wait, the old one stops. Undone, the old one answers again.
 */
final class Standstill {
  private static final Duration INGRESS_PATIENCE = Duration.ofSeconds(2);

  private final DeployParts parts;
  private final Runs runs;
  private final HealthGate gate;

  Standstill(DeployParts parts, Runs runs, HealthGate gate) {
    this.parts = parts;
    this.runs = runs;
    this.gate = gate;
  }

  @Nullable Object stopOld(StepContext ctx) throws InterruptedException {
    Reserved reserved = Steps.reserved(ctx);
    if (!reserved.recreate()) {
      return null;
    }
    if (reserved.previous() != null) {
      hold(ctx, reserved);
    }
    for (Reserved.Standing standing : reserved.inTheWay()) {
      ctx.checkpoint();
      stop(ctx, standing);
    }
    return null;
  }

  private void hold(StepContext ctx, Reserved reserved) throws InterruptedException {
    runs.of(ctx)
        .log()
        .say(
            DeploySaga.STOP_OLD,
            reserved.restart()
                ? "Requests wait while the replicas are restarted."
                : "Requests wait while the old release stops: its volumes allow one writer.");
    parts
        .stores()
        .serving()
        .setRouteState(ctx.fence(), reserved.release().applicationId(), RouteState.HOLDING)
        .await();
    parts.confirmation().await(INGRESS_PATIENCE);
  }

  private void stop(StepContext ctx, Reserved.Standing standing) throws InterruptedException {
    Optional<ServiceInfo> service = parts.engine().service(standing.service());
    if (service.isPresent()
        && !parts.stillness().stopAndWait(service.get(), parts.warrant(ctx))) {
      throw Problem.failed(
          "old_release_does_not_stop",
          "The old release did not stop within 30 s.",
          "Let the application end on SIGTERM, or stop it by hand; then deploy again.");
    }
  }

  /** Undo: the old release gets its replicas back, and its requests once it is well. */
  void startOldAgain(StepContext ctx) throws InterruptedException {
    Reserved reserved = Steps.reserved(ctx);
    ReleaseId previous = reserved.previous();
    if (!reserved.recreate()) {
      return;
    }
    List<Target> back = new ArrayList<>();
    for (Reserved.Standing standing : reserved.inTheWay()) {
      Release old = parts.stores().releases().get(standing.release()).await();
      boolean there = parts.launcher().scale(old, standing.replicas(), parts.warrant(ctx));
      if (there && standing.release().equals(previous)) {
        back.addAll(well(ctx, standing, old));
      }
    }
    if (previous != null) {
      parts
          .stores()
          .serving()
          .restore(ctx.fence(), reserved.release().applicationId(), previous, back)
          .await();
    }
  }

  private List<Target> well(StepContext ctx, Reserved.Standing standing, Release old)
      throws InterruptedException {
    boolean imageCheck = parts.base().images().healthcheck(old);
    Duration grace = Duration.ofSeconds(old.spec().config().healthCheck().graceSeconds());
    try {
      return gate.await(
              new Gate(old, standing.service(), imageCheck, standing.replicas(), List.of(), grace),
              Witness.SILENT)
          .targets();
    } catch (Problem stillIll) {
      runs.of(ctx)
          .log()
          .say(
              DeploySaga.STOP_OLD,
              LogLevel.ERROR,
              "The old release runs again but is not healthy: " + stillIll.detail());
      return List.of();
    }
  }
}
