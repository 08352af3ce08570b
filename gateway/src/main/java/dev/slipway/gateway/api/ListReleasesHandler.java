package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** The releases of an application, newest first. */
public final class ListReleasesHandler implements Endpoint {
  private final Stores stores;

  public ListReleasesHandler(Stores stores) {
    this.stores = stores;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    int below = Page.below(call);
    return stores
        .applications()
        .get(id)
        .compose(known -> stores.releases().list(id, below, Page.wanted(call)))
        .map(found ->
            Reply.ok(
                Page.of(
                    call, found, ReleaseView::of, release -> String.valueOf(release.number()))));
  }
}
