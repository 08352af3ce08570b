package dev.slipway.gateway.database;

import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.database.DatabaseView.WorkView;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.DatabaseStore.External;
import dev.slipway.store.DatabaseWorkStore.Work;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Databases with what is done to them and where they are, as endpoints show them. */
final class DatabasePicture {
  private final Stores stores;

  DatabasePicture(Stores stores) {
    this.stores = stores;
  }

  /** How each of these looks. */
  Future<Function<ProjectDatabase, DatabaseView>> of(List<ProjectDatabase> known) {
    List<DatabaseId> ids = known.stream().map(ProjectDatabase::id).toList();
    Future<Map<DatabaseId, Work>> work = stores.databaseWork().active(ids);
    Future<Map<DatabaseId, External>> foreign = stores.databases().externals(ids);
    return Future.all(work, foreign)
        .map(both ->
            each ->
                DatabaseView.of(
                    each, work.result().get(each.id()), foreign.result().get(each.id())));
  }

  /** How one looks just now. */
  Future<Reply> reply(DatabaseId id, Function<DatabaseView, Reply> reply) {
    return stores
        .databases()
        .get(id)
        .compose(known ->
            of(List.of(known)).map(look -> reply.apply(look.apply(known)).version(known.etag())));
  }

  /** What was asked for, and where it is watched. */
  Future<Reply> accepted(DatabaseId id, String work) {
    return reply(id, view -> Reply.accepted(view).with("Location", WorkView.path(id, work)));
  }
}
