package dev.slipway.runtime.deploy;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.DeployOrder;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.runtime.service.Images;
import dev.slipway.runtime.service.Labels;
import dev.slipway.runtime.service.Launcher;
import dev.slipway.store.DeploymentStore;
import dev.slipway.store.EnvironmentStore.Effective;
import dev.slipway.store.ServingStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The steps of {@link DeploySaga}, one method each, in their order. */
final class Steps {
  private static final Duration INGRESS_PATIENCE = Duration.ofSeconds(5);

  private final DeployParts parts;
  private final Runs runs;
  private final HealthGate gate;

  Steps(DeployParts parts, Runs runs, HealthGate gate) {
    this.parts = parts;
    this.runs = runs;
    this.gate = gate;
  }

  // ---- reserve

  Reserved reserve(StepContext ctx) {
    DeployOrder order = ctx.input(DeployOrder.class);
    parts.stores().serving().begin(ctx.fence(), order.deploymentId(), order.releaseId()).await();
    Future<Application> application = parts.stores().applications().get(order.applicationId());
    Future<Release> found = parts.stores().releases().get(order.releaseId());
    Future<Deployment> deployment = parts.stores().deployments().get(order.deploymentId());
    Future<Runs.Run> run = runs.begin(ctx);
    Future.all(application, found, deployment, run).await();
    if (deployment.result().skipBackups()) {
      String line = deployment.result().actor() + " asked for no backup before this release.";
      run.result().log().say(DeploySaga.RESERVE, LogLevel.WARN, line);
    }
    Application wanted = application.result();
    Release release = found.result();
    if (release.state() == ReleaseState.REMOVED) {
      throw Autopsy.imageGone(
          "Release " + release.number() + " is not kept any more; only the last 10 are.");
    }
    Images.Source image =
        parts
            .base()
            .images()
            .source(release)
            .orElseThrow(() ->
                Autopsy.imageGone(
                    "The image "
                        + release.spec().image()
                        + " of this release is not on the engine any more."));
    if (release.spec().config().recreates()) {
      parts.base().berths().mustBeReachable(release);
    }
    Reserved reserved =
        new Reserved(
            release,
            new Launcher.Place(wanted.projectId().value(), wanted.projectName()),
            image.reference(),
            image.everywhere(),
            image.healthcheck(),
            wanted.config().replicas(),
            wanted.currentReleaseId(),
            List.of(),
            release.state() == ReleaseState.COLD
                ? parts.replicas().running(release.id())
                : List.of());
    return reserved.recreate() ? withInTheWay(reserved) : reserved;
  }

  private Reserved withInTheWay(Reserved reserved) {
    List<ServiceInfo> services = new ArrayList<>();
    if (reserved.release().spec().config().recreates()) {
      services.addAll(parts.launcher().others(reserved.release()));
    }
    if (reserved.restart()) {
      parts.launcher().find(reserved.release()).ifPresent(services::add);
    }
    List<Reserved.Standing> standing = new ArrayList<>();
    for (ServiceInfo service : services) {
      var release = Labels.release(service.labels());
      if (release != null && service.replicas() > 0) {
        standing.add(new Reserved.Standing(service.name(), release, service.replicas()));
      }
    }
    return new Reserved(
        reserved.release(),
        reserved.place(),
        reserved.image(),
        reserved.everywhere(),
        reserved.imageCheck(),
        reserved.replicas(),
        reserved.previous(),
        standing,
        reserved.outgoing());
  }

  // ---- start-new

  Launched startNew(StepContext ctx) {
    Reserved reserved = reserved(ctx);
    Release release = reserved.release();
    String service =
        parts
            .launcher()
            .launch(
                new Launcher.Order(
                    release,
                    reserved.source(),
                    reserved.place(),
                    reserved.replicas(),
                    () -> environment(release).required().values(),
                    labels(ctx)),
                parts.warrant(ctx));
    runs.of(ctx)
        .log()
        .say(
            DeploySaga.START_NEW,
            "Release %d runs as %s, %d replica%s."
                .formatted(
                    release.number(),
                    service,
                    reserved.replicas(),
                    reserved.replicas() == 1 ? "" : "s"));
    return new Launched(service);
  }

  private static Map<String, String> labels(StepContext ctx) {
    Map<String, String> labels = new HashMap<>();
    labels.put(Labels.DEPLOYMENT, ctx.subject());
    labels.put(Labels.FENCE, Long.toString(ctx.fence().number()));
    return labels;
  }

  /** Undo: what this deployment made is removed, what it woke goes back to sleep. */
  void removeNew(StepContext ctx) throws InterruptedException {
    Reserved reserved = reserved(ctx);
    Optional<ServiceInfo> service = parts.launcher().find(reserved.release());
    if (service.isEmpty()) {
      return;
    }
    boolean made = ctx.subject().equals(service.get().labels().get(Labels.DEPLOYMENT));
    ReleaseState before = reserved.release().state();
    if (made && before != ReleaseState.SERVING && before != ReleaseState.WARM) {
      if (reserved.recreate()) {
        stop(ctx, service.get());
      }
      parts.launcher().remove(service.get(), parts.warrant(ctx));
    } else if (before == ReleaseState.COLD) {
      stop(ctx, service.get());
    }
  }

  /** What does not end still writes: the old release must not start beside it. */
  private void stop(StepContext ctx, ServiceInfo service) throws InterruptedException {
    if (!parts.stillness().stopAndWait(service, parts.warrant(ctx))) {
      throw Problem.failed(
          "new_release_does_not_stop",
          "What this attempt started did not stop within 30 s.",
          "Stop `" + service.name() + "` by hand, then deploy again.");
    }
  }

  // ---- await-healthy

  Proven awaitHealthy(StepContext ctx) throws InterruptedException {
    Reserved reserved = reserved(ctx);
    Launched launched = ctx.output(DeploySaga.START_NEW, Launched.class);
    Runs.Run run = runs.of(ctx);
    Onlooker onlooker =
        new Onlooker(
            ctx,
            run,
            parts.engine(),
            () -> environment(reserved.release()).environment().secretValues());
    try {
      Proven proven = gate.await(Gate.of(reserved, launched), onlooker);
      run.prove(proven);
      run.log().say(DeploySaga.AWAIT_HEALTHY, "Healthy.");
      return proven;
    } catch (Problem problem) {
      onlooker.takeLastWords();
      throw problem;
    } finally {
      run.log().unwatch();
    }
  }

  // ---- switch-traffic

  /**
   * The one moment: its transaction is the one that records the step, so it happens exactly once.
   */
  @Nullable Object switchTraffic(StepContext ctx) throws InterruptedException {
    Reserved reserved = reserved(ctx);
    Proven proven = stillProven(ctx, reserved);
    List<String> hosts = parts.hosts().of(reserved.release());
    ctx.inCheckpoint(tx ->
        ServingStore.serve(
            tx,
            application(reserved),
            reserved.release().id(),
            hosts,
            proven.targets(),
            reserved.release().spec().config().recreates()));
    return null;
  }

  /**
   * After a crash the replicas may be others by now: look again, but go forward whatever is seen.
   */
  private Proven stillProven(StepContext ctx, Reserved reserved) throws InterruptedException {
    Proven proven = runs.of(ctx).proven();
    if (proven != null) {
      return proven;
    }
    try {
      Launched launched = ctx.output(DeploySaga.START_NEW, Launched.class);
      return gate.await(Gate.of(reserved, launched), Witness.SILENT);
    } catch (Problem ill) {
      return ctx.output(DeploySaga.AWAIT_HEALTHY, Proven.class);
    }
  }

  // ---- announce

  @Nullable Object announce(StepContext ctx) throws InterruptedException {
    Reserved reserved = reserved(ctx);
    DeployLog log = runs.of(ctx).log();
    if (!parts.confirmation().await(INGRESS_PATIENCE)) {
      log.say(
          DeploySaga.ANNOUNCE,
          LogLevel.WARN,
          "An ingress has not confirmed the new routes yet; it takes them when it can.");
    }
    Release release = reserved.release();
    log.say(
        DeploySaga.ANNOUNCE,
        "Release %d serves %s."
            .formatted(release.number(), String.join(", ", parts.hosts().of(release))));
    Proven proven = ctx.output(DeploySaga.AWAIT_HEALTHY, Proven.class);
    Future.all(
            log.stored(),
            parts
                .stores()
                .applications()
                .setPublishedAddress(application(reserved), proven.publishedAddress()))
        .await();
    DeploymentId deployment = new DeploymentId(ctx.subject());
    ctx.inCheckpoint(tx -> DeploymentStore.succeeded(tx, deployment));
    return null;
  }

  // ----

  static Reserved reserved(StepContext ctx) {
    return ctx.output(DeploySaga.RESERVE, Reserved.class);
  }

  private static ApplicationId application(Reserved reserved) {
    return reserved.release().applicationId();
  }

  private Effective environment(Release release) {
    return parts
        .stores()
        .environments()
        .effective(release.applicationId(), release.spec().environmentVersion())
        .await();
  }
}
