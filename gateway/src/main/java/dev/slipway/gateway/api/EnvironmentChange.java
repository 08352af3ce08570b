package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.Environment;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.DeploymentStore.Wish;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What all changes of variables have in common: a new version, and the deployment that brings it
 * into effect.
 */
final class EnvironmentChange {
  private final Changes changes;

  EnvironmentChange(Changes changes) {
    this.changes = changes;
  }

  /** A deployment that was started, if one was. */
  private record Done(Environment environment, @Nullable DeploymentId deployment) {}

  Future<Reply> make(Call call, UnaryOperator<List<EnvironmentVariable>> edit) {
    ApplicationId id = new ApplicationId(call.path("id"));
    return changes
        .make(call, "environment.change", id.value(), in -> changed(in, call, id, edit))
        .map(done -> {
          DeploymentId deployment = done.deployment();
          if (deployment != null) {
            changes.ring(deployment.value());
          }
          return Reply.ok(EnvironmentView.of(done.environment(), false).withDeployment(deployment))
              .version(done.environment().version());
        });
  }

  private static Future<Done> changed(
      Stores in, Call call, ApplicationId id, UnaryOperator<List<EnvironmentVariable>> edit) {
    return in.applications()
        .held(id)
        .compose(application ->
            in.environments()
                .current(id)
                .compose(before ->
                    in.environments()
                        .edit(id, call.caller().name(), call.expectedVersion(), edit)
                        .compose(after ->
                            after.version() == before.version()
                                ? Future.succeededFuture(new Done(after, null))
                                : deployed(in, call, application)
                                    .map(made -> new Done(after, made)))));
  }

  /** With the commit that serves: a changed variable must not bring new code along. */
  private static Future<@Nullable DeploymentId> deployed(
      Stores in, Call call, Application application) {
    ReleaseId current = application.currentReleaseId();
    if (!call.flag("deploy") || current == null || application.stopped()) {
      return Future.succeededFuture();
    }
    return in.releases()
        .get(current)
        .compose(release ->
            in.deployments()
                .request(
                    application.id(),
                    new Wish(
                        Trigger.ENVIRONMENT,
                        call.caller().name(),
                        "Changed variables",
                        release.spec().commitSha())))
        .map(made -> made);
  }
}
