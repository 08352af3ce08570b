package dev.slipway.gateway.api;

import dev.slipway.gateway.auth.KeyGuard;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** Revokes an API key. */
public final class DeleteKeyHandler implements Endpoint {
  private final Changes changes;
  private final KeyGuard guard;

  public DeleteKeyHandler(Changes changes, KeyGuard guard) {
    this.changes = changes;
    this.guard = guard;
  }

  @Override
  public Future<Reply> answer(Call call) {
    String id = call.path("id");
    return changes
        .make(call, "key.revoke", id, in -> in.keys().remove(id, call.caller().ownOnly()))
        .map(done -> {
          guard.forget();
          return Reply.nothing();
        });
  }
}
