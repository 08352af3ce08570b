package dev.slipway.gateway.database;

import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseContract.Server;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.problem.FieldError;
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

/**
 * Changes how a server of ours runs, by work that restarts it; or where somebody else's is. A
 * change that changes nothing restarts nothing.
 */
final class UpdateDatabaseHandler implements Endpoint {
  private final Stores stores;
  private final Changes changes;
  private final DatabasePicture picture;
  private final ServerTests tests;

  UpdateDatabaseHandler(
      Stores stores, Changes changes, DatabasePicture picture, ServerTests tests) {
    this.stores = stores;
    this.changes = changes;
    this.picture = picture;
    this.tests = tests;
  }

  @Override
  public Future<Reply> answer(Call call) {
    DatabaseId id = Databases.id(call);
    return stores
        .databases()
        .get(id)
        .compose(known -> known.external() ? moved(call, known) : changed(call, id));
  }

  private Future<Reply> changed(Call call, DatabaseId id) {
    return changes
        .make(call, "database.update", id.value(), in -> asked(in, call, id))
        .compose(work -> {
          changes.ringDatabase(id.value());
          return work.isEmpty() ? picture.reply(id, Reply::ok) : picture.accepted(id, work.get());
        });
  }

  private static Future<Optional<String>> asked(Stores in, Call call, DatabaseId id) {
    return in.databases()
        .get(id)
        .compose(known -> {
          requireExpected(call, known);
          DatabaseConfig wanted =
              DatabaseDescription.over(known.engine(), known.config(), call.body());
          if (wanted.equals(known.config())) {
            return Future.succeededFuture(Optional.empty());
          }
          return in.databaseWork()
              .ask(
                  id,
                  DatabaseWork.CHANGE,
                  Order.config(wanted),
                  call.caller().name(),
                  known.etag()) // what is merged was read before
              .map(Optional::of);
        });
  }

  private Future<Reply> moved(Call call, ProjectDatabase known) {
    requireOnlyUrl(call);
    DatabaseId id = known.id();
    Server server = ServerUrl.read(call.body().getString("url"), known.engine());
    return tests
        .required(server)
        .compose(version ->
            changes.make(
                call,
                "database.update",
                id.value(),
                in ->
                    in.databases()
                        .changeExternal(
                            id,
                            DatabaseDescription.place(server),
                            DatabaseDescription.access(server),
                            call.expectedVersion())))
        .compose(done -> picture.reply(id, Reply::ok));
  }

  private static void requireOnlyUrl(Call call) {
    List<FieldError> errors =
        call.body().fieldNames().stream()
            .filter(field -> !field.equals("url"))
            .map(field -> new FieldError(field, "is the business of whoever runs that server"))
            .toList();
    if (!errors.isEmpty()) {
      throw Problem.invalid(errors);
    }
  }

  static void requireExpected(Call call, ProjectDatabase known) {
    Long version = call.expectedVersion();
    if (version != null && version != known.etag()) {
      throw new Problem(
          412,
          "changed_meanwhile",
          "Changed meanwhile",
          "The database has version " + known.etag() + " now.",
          "Read it again, redo the change, and send its ETag in If-Match.",
          List.of(),
          null);
    }
  }
}
