package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.Environment;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.gateway.http.Call;
import dev.slipway.store.DeploymentStore.Wish;
import dev.slipway.store.EnvironmentStore.Version;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Whose variables an endpoint is about: the same verbs for applications and for projects. */
public enum VariablesOf {
  /** Its own variables, without what it inherits. */
  APPLICATION("environment") {
    @Override
    Future<?> known(Stores in, String id) {
      return in.applications().get(new ApplicationId(id));
    }

    @Override
    Future<?> held(Stores in, String id) {
      return in.applications().held(new ApplicationId(id));
    }

    @Override
    Future<Environment> current(Stores in, String id) {
      return in.environments().current(new ApplicationId(id));
    }

    @Override
    Future<Environment> version(Stores in, String id, int version) {
      return in.environments().version(new ApplicationId(id), version);
    }

    @Override
    Future<List<Version>> versions(Stores in, String id, int below, int limit) {
      return in.environments().versions(new ApplicationId(id), below, limit);
    }

    @Override
    Future<Environment> edit(
        Stores in, Call call, String id, UnaryOperator<List<EnvironmentVariable>> edit) {
      return in.environments()
          .edit(new ApplicationId(id), call.caller().name(), call.expectedVersion(), edit);
    }

    @Override
    Future<List<ApplicationId>> concerned(Stores in, String id) {
      return Future.succeededFuture(List.of(new ApplicationId(id)));
    }
  },
  /** What its applications inherit. */
  PROJECT("project.environment") {
    @Override
    Future<?> known(Stores in, String id) {
      return in.projects().get(new ProjectId(id));
    }

    @Override
    Future<?> held(Stores in, String id) {
      return known(in, id);
    }

    @Override
    Future<Environment> current(Stores in, String id) {
      return in.projectEnvironments().current(new ProjectId(id));
    }

    @Override
    Future<Environment> version(Stores in, String id, int version) {
      return in.projectEnvironments().version(new ProjectId(id), version);
    }

    @Override
    Future<List<Version>> versions(Stores in, String id, int below, int limit) {
      return in.projectEnvironments().versions(new ProjectId(id), below, limit);
    }

    @Override
    Future<Environment> edit(
        Stores in, Call call, String id, UnaryOperator<List<EnvironmentVariable>> edit) {
      return in.projectEnvironments()
          .edit(new ProjectId(id), call.caller().name(), call.expectedVersion(), edit);
    }

    @Override
    Future<List<ApplicationId>> concerned(Stores in, String id) {
      return in.projectEnvironments().serving(new ProjectId(id));
    }
  };

  private final String action;

  VariablesOf(String action) {
    this.action = action;
  }

  /** How the audit calls it. */
  String action(String verb) {
    return action + "." + verb;
  }

  /** Fails with a 404 when there is no such owner. */
  abstract Future<?> known(Stores in, String id);

  /** The same, and nobody else changes it before this transaction ends. */
  abstract Future<?> held(Stores in, String id);

  abstract Future<Environment> current(Stores in, String id);

  abstract Future<Environment> version(Stores in, String id, int version);

  abstract Future<List<Version>> versions(Stores in, String id, int below, int limit);

  abstract Future<Environment> edit(
      Stores in, Call call, String id, UnaryOperator<List<EnvironmentVariable>> edit);

  /** The applications that run with these variables. */
  abstract Future<List<ApplicationId>> concerned(Stores in, String id);

  /** Brings a change into effect wherever something serves. */
  Future<List<DeploymentId>> deployed(Stores in, Call call, String id) {
    if (!call.flag("deploy")) {
      return Future.succeededFuture(List.of());
    }
    return concerned(in, id)
        .compose(applications -> {
          Future<List<DeploymentId>> made = Future.succeededFuture(new ArrayList<>());
          for (ApplicationId application : applications) {
            made =
                made.compose(before ->
                    deployed(in, call, application)
                        .map(now -> {
                          before.addAll(now);
                          return before;
                        }));
          }
          return made;
        });
  }

  private static Future<List<DeploymentId>> deployed(Stores in, Call call, ApplicationId id) {
    return in.applications().get(id).compose(application -> deployed(in, call, application));
  }

  /** With the commit that serves: a changed variable must not bring new code along. */
  private static Future<List<DeploymentId>> deployed(
      Stores in, Call call, Application application) {
    ReleaseId current = application.currentReleaseId();
    if (current == null || application.stopped()) {
      return Future.succeededFuture(List.of());
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
        .map(List::of);
  }
}
