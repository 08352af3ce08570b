package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** Sets how many replicas are wanted; the runtime carries it out. */
public final class ScaleApplicationHandler implements Endpoint {
  private final Stores stores;
  private final Changes changes;
  private final Addresses addresses;

  public ScaleApplicationHandler(Stores stores, Changes changes, Addresses addresses) {
    this.stores = stores;
    this.changes = changes;
    this.addresses = addresses;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    return changes
        .once(call, "application.scale", in -> scaled(in, id, call.body()))
        .compose(done -> stores.applications().get(id))
        .map(wanted -> {
          changes.ring("");
          return Reply.accepted(ApplicationView.of(wanted, addresses)).version(wanted.version());
        });
  }

  private Future<String> scaled(Stores in, ApplicationId id, JsonObject replicas) {
    return in.applications()
        .held(id)
        .compose(known -> {
          ApplicationConfig wanted =
              DescriptionRules.requireSound(Description.over(known.config(), replicas), addresses);
          return in.applications().update(id, wanted, null);
        })
        .map(done -> id.value());
  }
}
