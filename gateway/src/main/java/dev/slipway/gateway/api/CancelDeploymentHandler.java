package dev.slipway.gateway.api;

import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.saga.CancelOutcome;
import io.vertx.core.Future;

/** Cancels a deployment: at once while it waits, at its next step while it is at work. */
public final class CancelDeploymentHandler implements Endpoint {
  private final Stores stores;
  private final Changes changes;

  public CancelDeploymentHandler(Stores stores, Changes changes) {
    this.stores = stores;
    this.changes = changes;
  }

  @Override
  public Future<Reply> answer(Call call) {
    DeploymentId id = new DeploymentId(call.path("id"));
    return changes
        .once(
            call,
            "deployment.cancel",
            in ->
                in.deployments()
                    .get(id)
                    .compose(known -> in.deployments().cancel(id, "requested"))
                    .map(met -> told(id, met)))
        .compose(done -> stores.deployments().get(id))
        .map(cancelled -> {
          changes.ring(id.value());
          return Replies.accepted(cancelled);
        });
  }

  private static String told(DeploymentId id, CancelOutcome met) {
    return switch (met) {
      case NEVER_RAN, REQUESTED -> id.value();
      case TOO_LATE ->
          throw Problem.conflict(
              "past_point_of_no_return",
              "The new release takes over already; this deployment will be finished.",
              "Wait for its end, then roll back to the deployment before it.");
      case NOTHING_OPEN ->
          throw Problem.conflict(
              "already_ended",
              "This deployment has ended already.",
              "There is nothing to cancel; GET /api/deployments/" + id + " tells how it ended.");
    };
  }
}
