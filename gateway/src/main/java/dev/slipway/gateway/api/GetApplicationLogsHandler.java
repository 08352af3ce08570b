package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.gateway.live.Logs;
import io.vertx.core.Future;

/** What an application's replicas print. */
public final class GetApplicationLogsHandler implements Endpoint {
  private final Stores stores;
  private final Logs logs;

  public GetApplicationLogsHandler(Stores stores, Logs logs) {
    this.stores = stores;
    this.logs = logs;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    return stores
        .applications()
        .get(id)
        .compose(known -> logs.answer(call, LogStreams.of(id), known.name() + ".log"));
  }
}
