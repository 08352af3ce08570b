package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.Project;
import dev.slipway.contracts.application.ProjectId;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adds an application with its first variables; nothing runs until it is deployed. */
public final class CreateApplicationHandler implements Endpoint {
  private final Stores stores;
  private final Changes changes;
  private final Addresses addresses;

  public CreateApplicationHandler(Stores stores, Changes changes, Addresses addresses) {
    this.stores = stores;
    this.changes = changes;
    this.addresses = addresses;
  }

  @Override
  public Future<Reply> answer(Call call) {
    JsonObject sent = call.body();
    ApplicationConfig config =
        DescriptionRules.requireSound(
            Description.of(sent), addresses, sent.containsKey("repository"));
    Map<String, Variables.Setting> variables = Variables.either(sent.getValue("environment"));
    return changes
        .once(
            call,
            "application.create",
            in ->
                project(in, sent.getString("projectId"))
                    .compose(project ->
                        in.applications().create(sent.getString("name"), project, config))
                    .compose(made -> withVariables(in, call, made, variables)))
        .compose(id -> stores.applications().get(new ApplicationId(id)))
        .map(made ->
            Reply.created(ApplicationView.of(made, addresses), "/api/applications/" + made.id())
                .version(made.version()));
  }

  private static Future<ProjectId> project(Stores in, @Nullable String named) {
    return named == null ? in.projects().standard().map(Project::id) : KnownProject.of(in, named);
  }

  private static Future<String> withVariables(
      Stores in, Call call, Application made, Map<String, Variables.Setting> variables) {
    if (variables.isEmpty()) {
      return Future.succeededFuture(made.id().value());
    }
    String actor = call.caller().name();
    return in.environments()
        .edit(made.id(), actor, none -> Variables.replaced(none, actor, variables))
        .map(environment -> made.id().value());
  }
}
