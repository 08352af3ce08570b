package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Project;
import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.problem.Problem;
import io.vertx.core.Future;

/** A project that a body names. */
public final class KnownProject {
  private KnownProject() {}

  /** The project of that id; 422 when there is none. */
  public static Future<ProjectId> of(Stores in, String named) {
    return in.projects().get(new ProjectId(named)).map(Project::id).recover(KnownProject::unknown);
  }

  /** The address of the request is right, so what it names is a mistake in the body and no 404. */
  private static Future<ProjectId> unknown(Throwable failure) {
    return failure instanceof Problem problem && problem.status() == 404
        ? Future.failedFuture(Problem.invalid("projectId", problem.detail()))
        : Future.failedFuture(failure);
  }
}
