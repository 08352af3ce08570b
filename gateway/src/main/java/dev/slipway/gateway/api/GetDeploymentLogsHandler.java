package dev.slipway.gateway.api;

import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.gateway.live.Logs;
import io.vertx.core.Future;

/** What the build and the platform said. */
public final class GetDeploymentLogsHandler implements Endpoint {
  private final Stores stores;
  private final Logs logs;

  public GetDeploymentLogsHandler(Stores stores, Logs logs) {
    this.stores = stores;
    this.logs = logs;
  }

  @Override
  public Future<Reply> answer(Call call) {
    DeploymentId id = new DeploymentId(call.path("id"));
    return stores
        .deployments()
        .get(id)
        .compose(known -> logs.answer(call, LogStreams.of(id), id.value() + ".log"));
  }
}
