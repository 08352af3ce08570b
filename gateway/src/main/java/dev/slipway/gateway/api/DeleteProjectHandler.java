package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ProjectId;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** Removes a project without applications. */
public final class DeleteProjectHandler implements Endpoint {
  private final Changes changes;

  public DeleteProjectHandler(Changes changes) {
    this.changes = changes;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ProjectId id = new ProjectId(call.path("id"));
    return changes
        .make(call, "project.delete", id.value(), in -> in.projects().remove(id))
        .map(done -> Reply.nothing());
  }
}
