package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.DeploymentStore.Wish;
import io.vertx.core.Future;

/** Brings the current release up anew: a deployment of it, without a build and without a gap. */
public final class RestartApplicationHandler implements Endpoint {
  private final Stores stores;
  private final Changes changes;

  public RestartApplicationHandler(Stores stores, Changes changes) {
    this.stores = stores;
    this.changes = changes;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    return changes
        .once(call, "application.restart", in -> restarted(in, call, id))
        .compose(made -> stores.deployments().get(new DeploymentId(made)))
        .map(made -> {
          changes.ring(made.id().value());
          return Replies.accepted(made);
        });
  }

  private static Future<String> restarted(Stores in, Call call, ApplicationId id) {
    return in.applications()
        .get(id)
        .compose(application -> {
          ReleaseId current = application.currentReleaseId();
          if (current == null) {
            return Future.failedFuture(nothingDeployed(application));
          }
          if (application.stopped()) {
            return Future.failedFuture(stopped(application));
          }
          Wish wish = new Wish(Trigger.CONFIG, call.caller().name(), "Restart", null);
          return in.deployments().requestRelease(id, current, wish);
        })
        .map(DeploymentId::value);
  }

  private static Problem nothingDeployed(Application application) {
    return Problem.conflict(
        "nothing_deployed",
        "'" + application.name() + "' has never been deployed, so there is nothing to restart.",
        "Deploy it: POST /api/applications/" + application.id() + "/deployments.");
  }

  private static Problem stopped(Application application) {
    return Problem.conflict(
        "application_stopped",
        "'" + application.name() + "' is stopped.",
        "Start it: POST /api/applications/" + application.id() + "/start.");
  }
}
