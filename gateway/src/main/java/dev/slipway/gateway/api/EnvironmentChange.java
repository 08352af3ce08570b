package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Environment;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What all changes of variables have in common: a new version, and the deployments that bring it
 * into effect.
 */
final class EnvironmentChange {
  private final Changes changes;
  private final VariablesOf owner;

  EnvironmentChange(Changes changes, VariablesOf owner) {
    this.changes = changes;
    this.owner = owner;
  }

  /** What came of it. */
  private record Done(Environment environment, List<DeploymentId> deployments) {}

  Future<Reply> make(Call call, UnaryOperator<List<EnvironmentVariable>> edit) {
    String id = call.path("id");
    return changes
        .make(call, owner.action("change"), id, in -> changed(in, call, id, edit))
        .map(done -> {
          done.deployments().forEach(made -> changes.ring(made.value()));
          EnvironmentView view = EnvironmentView.of(done.environment(), false);
          Object told =
              owner == VariablesOf.PROJECT
                  ? view.withDeployments(done.deployments())
                  : view.withDeployment(
                      done.deployments().isEmpty() ? null : done.deployments().getFirst());
          return Reply.ok(told).version(done.environment().version());
        });
  }

  private Future<Done> changed(
      Stores in, Call call, String id, UnaryOperator<List<EnvironmentVariable>> edit) {
    return owner
        .held(in, id)
        .compose(held -> owner.current(in, id))
        .compose(before ->
            owner
                .edit(in, call, id, edit)
                .compose(after ->
                    after.version() == before.version()
                        ? Future.succeededFuture(new Done(after, List.of()))
                        : owner.deployed(in, call, id).map(made -> new Done(after, made))));
  }
}
