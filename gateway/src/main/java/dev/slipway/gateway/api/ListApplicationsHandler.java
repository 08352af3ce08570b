package dev.slipway.gateway.api;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ProjectId;
import dev.slipway.gateway.http.ApiJson;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Applications that the caller may see, oldest first. A dashboard asks for them again and again
 * while few of them change, so each is written once for as long as it stays as it is.
 */
public final class ListApplicationsHandler implements Endpoint {
  private static final int KEPT = 1_000;

  private final Stores stores;
  private final Addresses addresses;
  private final Map<Application, RawValue> written =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Application, RawValue> eldest) {
          return size() > KEPT;
        }
      };

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
            Page.after(call),
            call.caller().visible())
        .map(found ->
            Reply.ok(Page.of(call, found, this::written, application -> application.id().value())));
  }

  private RawValue written(Application application) {
    return written.computeIfAbsent(
        application, changed -> ApiJson.raw(ApplicationView.of(changed, addresses)));
  }
}
