package dev.slipway.gateway.api;

import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.contracts.runtime.RuntimeContract;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.bus.Bus;
import dev.slipway.store.DeploymentStore.Wish;
import io.vertx.core.Future;

/**
 * Brings the release of a deployment back, or says before anything is touched why it cannot be. Of
 * the deployment that serves now it means the release before it: "take this one back".
 */
public final class RollbackDeploymentHandler implements Endpoint {
  private final Stores stores;
  private final Changes changes;
  private final Bus bus;

  public RollbackDeploymentHandler(Stores stores, Changes changes, Bus bus) {
    this.stores = stores;
    this.changes = changes;
    this.bus = bus;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return changes
        .once(
            call,
            "deployment.rollback",
            in ->
                in.deployments()
                    .get(new DeploymentId(call.path("id")))
                    .compose(wanted -> kept(in, wanted))
                    .compose(this::ready)
                    .compose(release ->
                        in.deployments()
                            .requestRelease(
                                release.applicationId(), release.id(), wish(call, release)))
                    .map(DeploymentId::value))
        .compose(made -> stores.deployments().get(new DeploymentId(made)))
        .map(made -> {
          changes.ring(made.id().value());
          return Replies.accepted(made);
        });
  }

  private static Future<Release> kept(Stores in, Deployment wanted) {
    ReleaseId id = wanted.releaseId();
    if (id == null || wanted.status() != DeploymentStatus.SUCCESS) {
      return Future.failedFuture(neverServed(wanted));
    }
    return in.releases()
        .get(id)
        .compose(release ->
            switch (release.state()) {
              case WARM, COLD -> Future.succeededFuture(release);
              case SERVING -> before(in, release);
              case CANDIDATE, REMOVED -> Future.failedFuture(gone(release, "it is no longer kept"));
            });
  }

  /** The kept release that served last before the one that serves now. */
  private static Future<Release> before(Stores in, Release serving) {
    return in.releases()
        .before(serving)
        .map(found -> found.orElseThrow(() -> nothingBefore(serving)));
  }

  /** Asked of the runtime: only the engine knows whether the image is still there. */
  private Future<Release> ready(Release release) {
    return bus.ask(RuntimeContract.RELEASE_READY, new RuntimeContract.ReleaseReady(release.id()))
        .map(answer -> {
          if (!answer.ready()) {
            String reason = answer.reason();
            throw gone(release, reason == null ? "its image is gone" : reason);
          }
          return release;
        });
  }

  private static Wish wish(Call call, Release release) {
    return new Wish(
            Trigger.ROLLBACK,
            call.caller().name(),
            "Back to release " + release.number(),
            release.spec().commitSha())
        .withoutBackups(call.body().getBoolean("skipBackups", false));
  }

  private static Problem neverServed(Deployment wanted) {
    return Problem.conflict(
        "never_served",
        "Deployment "
            + wanted.number()
            + " is "
            + wanted.status().wire()
            + ": it made no release that has served.",
        "Choose a deployment with status success: GET /api/deployments?applicationId="
            + wanted.applicationId()
            + "&status=success.");
  }

  private static Problem nothingBefore(Release release) {
    return Problem.conflict(
        "nothing_before",
        "Release "
            + release.number()
            + " of '"
            + release.applicationName()
            + "' serves, and no older one is kept.",
        "Deploy an older commit, or restart the application: POST /api/applications/"
            + release.applicationId()
            + "/restart.");
  }

  private static Problem gone(Release release, String reason) {
    return Problem.conflict(
        "release_gone",
        "Release "
            + release.number()
            + " of '"
            + release.applicationName()
            + "' cannot be brought back: "
            + (reason.endsWith(".") ? reason : reason + "."),
        "Choose a release that is kept (GET /api/applications/"
            + release.applicationId()
            + "/releases), or deploy its commit anew.");
  }
}
