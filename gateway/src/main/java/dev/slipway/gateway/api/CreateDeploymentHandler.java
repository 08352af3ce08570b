package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.DeploymentStore.Wish;
import io.vertx.core.Future;
import java.util.Locale;

/**
 * Asks for a deployment: its row, the frozen description and its place in the queue; then the bell.
 */
public final class CreateDeploymentHandler implements Endpoint {
  private final Stores stores;
  private final Changes changes;

  public CreateDeploymentHandler(Stores stores, Changes changes) {
    this.stores = stores;
    this.changes = changes;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    String commit = call.body().getString("commit");
    Wish wish =
        new Wish(
                Trigger.MANUAL,
                call.caller().name(),
                call.body().getString("title"),
                commit == null ? null : commit.toLowerCase(Locale.ROOT))
            .withoutBackups(call.body().getBoolean("skipBackups", false));
    return changes
        .once(
            call,
            "deployment.create",
            in -> in.deployments().request(id, wish).map(DeploymentId::value))
        .compose(made -> stores.deployments().get(new DeploymentId(made)))
        .map(made -> {
          changes.ring(made.id().value());
          return Replies.accepted(made);
        });
  }
}
