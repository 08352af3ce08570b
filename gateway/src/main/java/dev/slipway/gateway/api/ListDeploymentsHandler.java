package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.DeploymentStore.Filter;
import io.vertx.core.Future;
import java.time.OffsetDateTime;
import java.util.Locale;

/** Deployments that the caller may see, newest first. */
public final class ListDeploymentsHandler implements Endpoint {
  private final Stores stores;

  public ListDeploymentsHandler(Stores stores) {
    this.stores = stores;
  }

  @Override
  public Future<Reply> answer(Call call) {
    String before = Page.after(call);
    Filter filter =
        new Filter(
            call.text("applicationId").map(ApplicationId::new).orElse(null),
            call.text("status")
                .map(status -> DeploymentStatus.valueOf(status.toUpperCase(Locale.ROOT)))
                .orElse(null),
            call.text("since").map(since -> OffsetDateTime.parse(since).toInstant()).orElse(null),
            before.isEmpty() ? null : new DeploymentId(before),
            Page.wanted(call));
    return stores
        .deployments()
        .list(filter, call.caller().visible())
        .map(found ->
            Reply.ok(
                Page.of(call, found, DeploymentView::of, deployment -> deployment.id().value())));
  }
}
