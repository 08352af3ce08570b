package dev.slipway.builder.run;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.DeployOrder;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.deployment.ReleaseSpec;
import dev.slipway.contracts.event.Events;
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
import dev.slipway.store.DeploymentStore;
import dev.slipway.store.ImageStore.BuiltImage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a deployment from "asked for" to an image that can be run. Safe to resume at any line.
 *
 * <pre>
 *   checkout   the commit is pinned, its files are here     - remove them
 *   plan       how they become an image is decided
 *   build      the image is on the engine                   - remove it, if this attempt made it
 *   push       and where it will be run: in the registry, if there is one
 *   handover   release, status and the saga that follows, in one transaction
 * </pre>
 *
 * Nothing that serves is touched, so a failure here has nothing to restore.
 */
public final class BuildSaga implements Saga {
  static final String CHECKOUT = "checkout";
  static final String PLAN = "plan";
  static final String BUILD = "build";
  static final String PUSH = "push";
  static final String HANDOVER = "handover";

  private static final Logger LOG = LoggerFactory.getLogger(BuildSaga.class);
  private static final Duration BACK_OFF = Duration.ofMillis(500);
  private static final int NETWORK_ATTEMPTS = 3;

  /** A registry that is restarted or moved is back within a minute. */
  private static final Retries REGISTRY_RETRIES =
      new Retries(8, Duration.ofMillis(500), Duration.ofSeconds(15));

  /** What a registry may get over by itself. */
  private static final Set<String> PASSING = Set.of("registry_unreachable", "registry_failed");

  private static final int TAIL = 20;

  private final BuildParts parts;
  private final Runs runs;
  private final SourceStep source;
  private final PlanStep plan;
  private final ImageStep image;
  private final PushStep push;

  /** A saga that works with these parts. */
  public BuildSaga(BuildParts parts) {
    this.parts = parts;
    this.runs = new Runs(parts);
    var registries = new RegistryCalls(parts.config(), parts.engine(), parts.stores().registries());
    this.source = new SourceStep(parts, runs, registries);
    this.plan = new PlanStep(parts, runs, source);
    this.image = new ImageStep(parts, runs, source, plan, registries);
    this.push = new PushStep(parts, runs, image, registries);
  }

  @Override
  public String kind() {
    return DeploymentStore.BUILD;
  }

  @Override
  public Script script() {
    return Script.named(DeploymentStore.BUILD, 1)
        .step(CHECKOUT, forward(source::checkOut), back(this::removeFiles))
        .step(PLAN, forward(plan::plan))
        .step(BUILD, forward(image::build), back(image::remove))
        .step(PUSH, forward(push::push))
        .retrying(REGISTRY_RETRIES)
        .step(HANDOVER, forward(this::handOver))
        .build();
  }

  private void removeFiles(StepContext ctx) throws IOException {
    source.remove(runs.of(ctx).order());
  }

  private @Nullable Object handOver(StepContext ctx) throws IOException, InterruptedException {
    var run = runs.of(ctx);
    var order = run.order();
    var checked = ctx.output(CHECKOUT, Checked.class);
    var made = push.present(ctx);
    remember(order.applicationId(), checked, made);
    var spec =
        new ReleaseSpec(
            made.reference(),
            made.id(),
            order.environmentVersion(),
            order.config(),
            made.startCommand(),
            made.port() == 0 ? order.config().port() : made.port(),
            order.archive() == null ? checked.sha() : null,
            checked.message());
    var release = ReleaseId.fresh();
    ctx.inCheckpoint(tx ->
        DeploymentStore.handOver(tx, order.deploymentId(), order.applicationId(), release, spec));
    ctx.handOver(
        parts
            .stores()
            .deployments()
            .afterBuild(new DeployOrder(order.deploymentId(), order.applicationId(), release))
            .await());
    run.log().close().await();
    runs.forget(ctx);
    Thread.ofVirtual().name("sweep-" + ctx.sagaId()).start(() -> removeQuietly(run));
    ctx.afterCheckpoint(() ->
        parts
            .bus()
            .ring(
                Events.DEPLOYMENTS_AVAILABLE, new Events.Available(order.deploymentId().value())));
    return null;
  }

  private void remember(ApplicationId application, Checked checked, Made made) {
    if (made.fingerprint() == null || checked.unchanged() == null) {
      return;
    }
    var images = parts.stores().images();
    for (var fingerprint : List.of(made.fingerprint(), checked.unchanged())) {
      images
          .remember(
              new BuiltImage(
                  fingerprint,
                  application,
                  made.reference(),
                  made.id(),
                  made.startCommand(),
                  made.port()))
          .await();
    }
  }

  // what a crash leaves here is swept at the next start
  private void removeQuietly(Runs.Run run) {
    try {
      source.remove(run.order());
    } catch (IOException e) {
      LOG.warn("The work tree of {} stays for now", run.order().deploymentId(), e);
    }
  }

  @Override
  public void ended(Ended how, StepContext ctx) throws Exception {
    var deployment = new DeploymentId(ctx.subject());
    var run = runs.of(ctx);
    switch (how) {
      case DONE -> LOG.warn("The build of {} ended without a hand-over", deployment);
      case CANCELLED -> {
        run.log().say(null, LogLevel.WARN, "Cancelled; what this attempt made is removed.");
        run.log().end().await();
        ctx.inCheckpoint(tx -> DeploymentStore.cancelled(tx, deployment, "requested"));
      }
      case UNDONE, STUCK -> {
        var failure = told(ctx.failure(), run.log());
        run.log().end().await();
        ctx.inCheckpoint(tx -> DeploymentStore.failed(tx, deployment, failure));
      }
    }
    removeQuietly(run);
    runs.forget(ctx);
  }

  private static Failure told(@Nullable StepFailure why, BuildLog log) {
    var step = why == null ? CHECKOUT : why.step();
    var detail = why == null ? "The build failed without a reason." : why.message();
    var remedy =
        why == null
            ? "Deploy again; if it fails in the same way, look at the platform's own log."
            : why.remedy();
    log.say(step, LogLevel.ERROR, detail);
    log.say(step, LogLevel.ERROR, remedy);
    return new Failure(step, why == null ? "internal" : why.code(), detail, remedy, log.tail(TAIL));
  }

  /** Failures in the words of a deployment; those that may pass are tried again. */
  private Action forward(Action action) {
    return ctx -> {
      try {
        return action.run(ctx);
      } catch (DockerProblem.Cancelled | InterruptedException | InterruptedIOException e) {
        throw interrupted(ctx, e);
      } catch (DockerProblem problem) {
        var told = ImageStep.told(problem);
        throw problem.transientFailure() ? new Retryable(told.detail(), told, BACK_OFF) : told;
      } catch (Problem problem) {
        throw mayPass(ctx, problem)
            ? new Retryable(problem.detail(), problem, BACK_OFF)
            : DiskSpace.noneLeft(problem, parts.config()) ? DiskSpace.ranOut(problem) : problem;
      } catch (FencedOut out) {
        runs.forget(ctx);
        throw out;
      } catch (IOException | RuntimeException e) {
        throw DiskSpace.noneLeft(e, parts.config()) ? DiskSpace.ranOut(e) : e;
      }
    };
  }

  private boolean mayPass(StepContext ctx, Problem problem) {
    return problem.code().equals("repository_unreachable")
        ? ctx.attempt() < NETWORK_ATTEMPTS && !DiskSpace.noneLeft(problem, parts.config())
        : PASSING.contains(problem.code());
  }

  private Undo back(Undo undo) {
    return ctx -> {
      try {
        undo.run(ctx);
      } catch (DockerProblem.Cancelled | InterruptedException | InterruptedIOException e) {
        throw interrupted(ctx, e);
      } catch (DockerProblem problem) {
        var told = ImageStep.told(problem);
        throw problem.transientFailure() ? new Retryable(told.detail(), told, BACK_OFF) : told;
      } catch (FencedOut out) {
        runs.forget(ctx);
        throw out;
      }
    };
  }

  /**
   * The runner interrupts to cancel, to stop, or because the saga is not ours any more: it knows
   * which.
   */
  private Exception interrupted(StepContext ctx, Exception why) {
    Thread.interrupted();
    try {
      ctx.checkpoint();
    } catch (FencedOut out) {
      runs.forget(ctx);
      throw out;
    }
    return new Retryable("The step was interrupted.", why, BACK_OFF);
  }
}
