package dev.slipway.gateway.api;

import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.gateway.live.EventHub;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * One deployment; with {@code wait} the answer comes when it has ended, or when the time is over.
 */
public final class GetDeploymentHandler implements Endpoint {
  private final Stores stores;
  private final EventHub events;

  public GetDeploymentHandler(Stores stores, EventHub events) {
    this.stores = stores;
    this.events = events;
  }

  @Override
  public Future<Reply> answer(Call call) {
    DeploymentId id = new DeploymentId(call.path("id"));
    Duration patience = Duration.ofSeconds(call.number("wait"));
    return stores
        .deployments()
        .get(id)
        .compose(found ->
            found.status().ended() || patience.isZero()
                ? Future.succeededFuture(found)
                : ended(call, id, patience))
        .map(found -> Reply.ok(DeploymentView.of(found)));
  }

  private Future<Deployment> ended(Call call, DeploymentId id, Duration patience) {
    EventHub.Waiting waiting = events.end(id, patience);
    call.request().response().closeHandler(gone -> waiting.giveUp());
    // Looked at once more after the waiting has begun: it may have ended in between.
    return stores
        .deployments()
        .get(id)
        .compose(found -> {
          if (found.status().ended()) {
            waiting.giveUp();
            return Future.succeededFuture(found);
          }
          return waiting.over().compose(over -> stores.deployments().get(id));
        });
  }
}
