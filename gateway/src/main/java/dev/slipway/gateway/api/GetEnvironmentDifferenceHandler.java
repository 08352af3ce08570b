package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** What changed from one version of an application's variables to another, inherited ones too. */
public final class GetEnvironmentDifferenceHandler implements Endpoint {
  private final Stores stores;

  public GetEnvironmentDifferenceHandler(Stores stores) {
    this.stores = stores;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    int from = Math.toIntExact(call.number("from"));
    int to = Math.toIntExact(call.number("to"));
    return stores
        .applications()
        .get(id)
        .compose(known -> stores.environments().inheriting(id, from))
        .compose(before ->
            stores
                .environments()
                .inheriting(id, to)
                .map(after -> Reply.ok(EnvironmentDifference.between(before, after))));
  }
}
