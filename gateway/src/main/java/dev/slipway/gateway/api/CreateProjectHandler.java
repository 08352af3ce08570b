package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ProjectId;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** Adds a project. */
public final class CreateProjectHandler implements Endpoint {
  private final Stores stores;
  private final Changes changes;

  public CreateProjectHandler(Stores stores, Changes changes) {
    this.stores = stores;
    this.changes = changes;
  }

  @Override
  public Future<Reply> answer(Call call) {
    String name = call.body().getString("name");
    return changes
        .once(
            call,
            "project.create",
            in -> in.projects().create(name).map(project -> project.id().value()))
        .compose(id -> stores.projects().get(new ProjectId(id)))
        .map(project -> Reply.created(project, "/api/projects/" + project.id()));
  }
}
