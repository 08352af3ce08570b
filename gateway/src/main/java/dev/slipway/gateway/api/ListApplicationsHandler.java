package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ProjectId;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import java.util.Locale;

/** Applications, oldest first. */
public final class ListApplicationsHandler implements Endpoint {
  private final Stores stores;
  private final Addresses addresses;

  public ListApplicationsHandler(Stores stores, Addresses addresses) {
    this.stores = stores;
    this.addresses = addresses;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return stores
        .applications()
        .list(
            call.text("projectId").map(ProjectId::new).orElse(null),
            call.text("q").map(text -> text.toLowerCase(Locale.ROOT)).orElse(null),
            Page.wanted(call),
            Page.after(call))
        .map(
            found ->
                Reply.ok(
                    Page.of(
                        call,
                        found,
                        application -> ApplicationView.of(application, addresses),
                        application -> application.id().value())));
  }
}
