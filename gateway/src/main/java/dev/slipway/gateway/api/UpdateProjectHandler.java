package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ProjectId;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** Renames a project. */
public final class UpdateProjectHandler implements Endpoint {
  private final Changes changes;

  public UpdateProjectHandler(Changes changes) {
    this.changes = changes;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ProjectId id = new ProjectId(call.path("id"));
    String name = call.body().getString("name");
    return changes
        .make(
            call,
            "project.update",
            id.value(),
            in -> in.projects().rename(id, name, ProjectVersion.expected(call)))
        .map(project -> Reply.ok(project).version(ProjectVersion.of(project)));
  }
}
