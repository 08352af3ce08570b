package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** Lets a stopped application run again: the row says so, the runtime carries it out. */
public final class StartApplicationHandler implements Endpoint {
  private final Stores stores;
  private final Changes changes;
  private final Addresses addresses;

  public StartApplicationHandler(Stores stores, Changes changes, Addresses addresses) {
    this.stores = stores;
    this.changes = changes;
    this.addresses = addresses;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    return changes
        .once(
            call,
            "application.start",
            in -> in.applications().setStopped(id, false).map(done -> id.value()))
        .compose(done -> stores.applications().get(id))
        .map(wanted -> {
          changes.ring("");
          return Reply.accepted(ApplicationView.of(wanted, addresses)).version(wanted.version());
        });
  }
}
