package dev.slipway.gateway.api;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import java.time.Instant;

/** Who changed the variables and when. */
public final class ListEnvironmentVersionsHandler implements Endpoint {
  private final Stores stores;
  private final VariablesOf owner;

  public ListEnvironmentVersionsHandler(Stores stores, VariablesOf owner) {
    this.owner = owner;
    this.stores = stores;
  }

  /** A version as it looks from outside. */
  private record View(int version, String actor, Instant createdAt) {}

  @Override
  public Future<Reply> answer(Call call) {
    String id = call.path("id");
    int below = Page.below(call);
    return owner
        .known(stores, id)
        .compose(known -> owner.versions(stores, id, below, Page.wanted(call)))
        .map(found ->
            Reply.ok(
                Page.of(
                    call,
                    found,
                    version -> new View(version.version(), version.actor(), version.createdAt()),
                    version -> String.valueOf(version.version()))));
  }
}
