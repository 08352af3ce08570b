package dev.slipway.gateway.api;

import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.DeploymentStore.Wish;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Takes a stuck deployment up again; otherwise deploys the commit of an ended one anew, with the
 * description and variables as they are now.
 */
public final class RetryDeploymentHandler implements Endpoint {
  private final Stores stores;
  private final Changes changes;

  public RetryDeploymentHandler(Stores stores, Changes changes) {
    this.stores = stores;
    this.changes = changes;
  }

  @Override
  public Future<Reply> answer(Call call) {
    DeploymentId id = new DeploymentId(call.path("id"));
    return changes
        .once(
            call,
            "deployment.retry",
            in ->
                in.deployments()
                    .get(id)
                    .compose(before ->
                        in.deployments()
                            .resume(id)
                            .compose(resumed ->
                                resumed ? Future.succeededFuture(id) : again(in, call, before)))
                    .map(DeploymentId::value))
        .compose(made -> stores.deployments().get(new DeploymentId(made)))
        .map(made -> {
          changes.ring(made.id().value());
          return Replies.accepted(made);
        });
  }

  private static Future<DeploymentId> again(Stores in, Call call, Deployment before) {
    if (!before.status().ended()) {
      return Future.failedFuture(
          Problem.conflict(
              "not_ended",
              "Deployment " + before.number() + " is still " + before.status().wire() + ".",
              "Wait for its end, or cancel it first."));
    }
    return in.deployments()
        .archive(before.id())
        .compose(archive -> again(in, call, before, archive));
  }

  private static Future<DeploymentId> again(
      Stores in, Call call, Deployment before, @Nullable String archive) {
    String commit = before.commitSha() != null ? before.commitSha() : before.requestedCommit();
    Wish wish =
        new Wish(
            Trigger.MANUAL, call.caller().name(), "Retry of " + before.number(), commit, archive);
    return in.deployments().request(before.applicationId(), wish);
  }
}
