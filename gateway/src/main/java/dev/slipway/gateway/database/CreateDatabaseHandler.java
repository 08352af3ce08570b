package dev.slipway.gateway.database;

import dev.slipway.contracts.application.Project;
import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.database.DatabaseContract.Server;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.KnownProject;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.database.DatabaseView.WorkView;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.DatabaseStore.Wanted;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Adds a database: a server of ours, with the work that makes it; or somebody else's, after asking
 * it whether it lets us in.
 */
final class CreateDatabaseHandler implements Endpoint {
  private final Changes changes;
  private final DatabasePicture picture;
  private final ServerTests tests;
  private final Origins origins;

  CreateDatabaseHandler(
      Changes changes, DatabasePicture picture, ServerTests tests, Origins origins) {
    this.changes = changes;
    this.picture = picture;
    this.tests = tests;
    this.origins = origins;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return call.body().getString("url") == null ? managed(call) : foreign(call);
  }

  private Future<Reply> managed(Call call) {
    // Judged before anything is written, and before the project is looked for.
    DatabaseDescription.managed(call.body(), new ProjectId(""));
    return changes
        .once(call, "database.create", in -> made(in, call))
        .compose(made -> {
          changes.ringDatabase(made);
          return told(new DatabaseId(made));
        });
  }

  private Future<String> made(Stores in, Call call) {
    JsonObject sent = call.body();
    DatabaseId id = DatabaseId.fresh();
    return project(in, sent.getString("projectId"))
        .map(project -> DatabaseDescription.managed(sent, project))
        .compose(wanted ->
            origins
                .of(in, call, id, wanted.engine())
                .compose(order -> in.databases().create(id, wanted, order, call.caller().name())))
        .map(created -> id.value());
  }

  private Future<Reply> foreign(Call call) {
    JsonObject sent = call.body();
    Server server = ServerUrl.read(sent.getString("url"), DatabaseDescription.engine(sent));
    DatabaseDescription.foreign(sent, new ProjectId(""), server, null);
    Future<@Nullable String> version =
        call.flag("test")
            ? tests.required(server)
            : tests.permitted(server.host()).map(allowed -> null);
    return version
        .compose(known ->
            changes.once(call, "database.create", in -> registered(in, call, server, known)))
        .compose(id ->
            picture.reply(
                new DatabaseId(id), view -> Reply.created(view, "/api/databases/" + view.id())));
  }

  private static Future<String> registered(
      Stores in, Call call, Server server, @Nullable String version) {
    JsonObject sent = call.body();
    return project(in, sent.getString("projectId"))
        .compose(project -> {
          Wanted wanted = DatabaseDescription.foreign(sent, project, server, version);
          return in.databases().addExternal(wanted, DatabaseDescription.place(server));
        })
        .map(DatabaseId::value);
  }

  /** The same request again finds its work ended, perhaps: then the database itself is named. */
  private Future<Reply> told(DatabaseId id) {
    return picture.reply(
        id,
        view -> {
          WorkView work = view.work();
          return Reply.accepted(view)
              .with(
                  "Location", work == null ? "/api/databases/" + id : WorkView.path(id, work.id()));
        });
  }

  private static Future<ProjectId> project(Stores in, @Nullable String named) {
    return named == null ? in.projects().standard().map(Project::id) : KnownProject.of(in, named);
  }
}
