package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Environment;
import dev.slipway.gateway.auth.Scope;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** The variables; secret values only for an admin who asks for them, and that is noted. */
public final class GetEnvironmentHandler implements Endpoint {
  private final Stores stores;
  private final Changes changes;
  private final VariablesOf owner;

  public GetEnvironmentHandler(Stores stores, Changes changes, VariablesOf owner) {
    this.owner = owner;
    this.stores = stores;
    this.changes = changes;
  }

  @Override
  public Future<Reply> answer(Call call) {
    String id = call.path("id");
    boolean reveal = call.flag("reveal");
    if (reveal) {
      call.require(Scope.ADMIN, "Showing secret values");
    }
    Long version = call.numberOrNull("version");
    Future<Environment> found =
        reveal
            ? changes.make(call, owner.action("reveal"), id, in -> find(in, id, version))
            : find(stores, id, version);
    return found.map(environment ->
        Reply.ok(EnvironmentView.of(environment, reveal)).version(environment.version()));
  }

  private Future<Environment> find(Stores in, String id, @Nullable Long version) {
    return owner
        .known(in, id)
        .compose(known ->
            version == null ? owner.current(in, id) : owner.version(in, id, version.intValue()));
  }
}
