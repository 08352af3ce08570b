package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.DeploymentStore.Filter;
import io.vertx.core.Future;
import java.util.List;

/**
 * Hides an application at once and cancels what is at work on it; the runtime takes its pieces
 * away.
 */
public final class DeleteApplicationHandler implements Endpoint {
  private static final int MOST_OPEN = 200;

  private final Changes changes;

  public DeleteApplicationHandler(Changes changes) {
    this.changes = changes;
  }

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    return changes
        .make(
            call,
            "application.delete",
            id.value(),
            in ->
                in.applications()
                    .held(id)
                    .compose(known -> expected(call, known))
                    .compose(known -> cancelled(in, id))
                    .compose(done -> in.applications().markDeleting(id)))
        .map(done -> {
          changes.ring("");
          return Reply.nothing();
        });
  }

  private static Future<Application> expected(Call call, Application known) {
    Long version = call.expectedVersion();
    if (version == null || version == known.version()) {
      return Future.succeededFuture(known);
    }
    return Future.failedFuture(
        new Problem(
            412,
            "changed_meanwhile",
            "Changed meanwhile",
            "The application has version " + known.version() + " now.",
            "Read it again before it is deleted, and send its ETag in If-Match.",
            List.of(),
            null));
  }

  private static Future<Void> cancelled(Stores in, ApplicationId id) {
    return in.deployments()
        .list(new Filter(id, null, null, null, MOST_OPEN))
        .compose(found -> {
          Future<?> done = Future.succeededFuture();
          for (Deployment deployment : found) {
            if (!deployment.status().ended()) {
              done = done.compose(before -> in.deployments().cancel(deployment.id(), "requested"));
            }
          }
          return done.mapEmpty();
        });
  }
}
