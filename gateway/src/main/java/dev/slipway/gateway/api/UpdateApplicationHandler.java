package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/**
 * Changes what is named and leaves the rest; two editors at once both count, one after the other.
 */
public final class UpdateApplicationHandler implements Endpoint {
  private final Changes changes;
  private final Addresses addresses;

  public UpdateApplicationHandler(Changes changes, Addresses addresses) {
    this.changes = changes;
    this.addresses = addresses;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    return changes
        .make(call, "application.update", id.value(), in -> updated(in, call, id))
        .map(updated -> {
          changes.ring(""); // replicas take effect at once
          return Reply.ok(ApplicationView.of(updated, addresses)).version(updated.version());
        });
  }

  private Future<Application> updated(Stores in, Call call, ApplicationId id) {
    return in.applications()
        .held(id)
        .compose(known -> {
          ApplicationConfig wanted =
              DescriptionRules.requireSound(
                  Description.over(known.config(), call.body()),
                  addresses,
                  known.config().repository() == null || call.body().containsKey("repository"));
          return in.applications().update(id, wanted, call.expectedVersion());
        });
  }
}
