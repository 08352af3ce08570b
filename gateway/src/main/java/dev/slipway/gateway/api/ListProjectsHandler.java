package dev.slipway.gateway.api;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** The projects that the caller may see. */
public final class ListProjectsHandler implements Endpoint {
  private final Stores stores;

  public ListProjectsHandler(Stores stores) {
    this.stores = stores;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return stores
        .projects()
        .list(Page.wanted(call), Page.after(call), call.caller().visible())
        .map(found -> Reply.ok(Page.of(call, found, p -> p, project -> project.id().value())));
  }
}
