package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ProjectId;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** One project. */
public final class GetProjectHandler implements Endpoint {
  private final Stores stores;

  public GetProjectHandler(Stores stores) {
    this.stores = stores;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return stores
        .projects()
        .get(new ProjectId(call.path("id")))
        .map(project -> Reply.ok(project).version(ProjectVersion.of(project)));
  }
}
