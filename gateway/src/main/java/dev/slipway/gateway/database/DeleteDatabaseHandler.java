package dev.slipway.gateway.database;

import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.DatabaseWorkStore.Order;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Takes a database away, unless variables refer to it; of somebody else's only what is known. */
final class DeleteDatabaseHandler implements Endpoint {
  private static final int MOST_NAMED = 10;

  private final Changes changes;
  private final DatabasePicture picture;

  DeleteDatabaseHandler(Changes changes, DatabasePicture picture) {
    this.changes = changes;
    this.picture = picture;
  }

  @Override
  public Future<Reply> answer(Call call) {
    DatabaseId id = Databases.id(call);
    return changes
        .make(call, "database.delete", id.value(), in -> removed(in, call, id))
        .compose(work -> {
          changes.ringDatabase(id.value());
          return work.isEmpty()
              ? Future.succeededFuture(Reply.nothing())
              : picture.accepted(id, work.get());
        });
  }

  /** The work that does it; empty: it is done. */
  private static Future<Optional<String>> removed(Stores in, Call call, DatabaseId id) {
    return in.databases()
        .get(id)
        .compose(known -> {
          UpdateDatabaseHandler.requireExpected(call, known);
          return unused(in, call, known)
              .compose(free ->
                  known.external()
                      ? in.databases().forgetExternal(id).map(Optional.empty())
                      : in.databaseWork()
                          .ask(
                              id,
                              DatabaseWork.REMOVE,
                              Order.remove(call.flag("removeData")),
                              call.caller().name(),
                              call.expectedVersion())
                          .map(Optional::of));
        });
  }

  private static Future<Void> unused(Stores in, Call call, ProjectDatabase known) {
    if (call.flag("force")) {
      return Future.succeededFuture();
    }
    return in.environments()
        .referringTo(known.projectId().value(), known.name())
        .compose(users ->
            users.isEmpty() ? Future.succeededFuture() : Future.failedFuture(inUse(known, users)));
  }

  private static Problem inUse(ProjectDatabase known, List<String> users) {
    String named = String.join(", ", users.subList(0, Math.min(MOST_NAMED, users.size())));
    return Problem.conflict(
        "database_in_use",
        "Variables refer to '"
            + known.name()
            + "': "
            + named
            + (users.size() > MOST_NAMED ? " and others" : "")
            + ".",
        "Take ${{db." + known.name() + ".…}} out of them first, or say force.");
  }
}
