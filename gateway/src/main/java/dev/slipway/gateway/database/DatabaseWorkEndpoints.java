package dev.slipway.gateway.database;

import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Page;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.database.DatabaseView.WorkView;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.saga.CancelOutcome;
import dev.slipway.store.DatabaseWorkStore.Order;
import dev.slipway.store.DatabaseWorkStore.Work;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Locale;

/** Work on databases: asked for, shown, waited for, cancelled. */
final class DatabaseWorkEndpoints {
  /** Between two looks of somebody who waits; his row is read by its key. */
  private static final Duration LOOK = Duration.ofMillis(500);

  private final Vertx vertx;
  private final Stores stores;
  private final Changes changes;
  private final DatabasePicture picture;

  DatabaseWorkEndpoints(Vertx vertx, Stores stores, Changes changes, DatabasePicture picture) {
    this.vertx = vertx;
    this.stores = stores;
    this.changes = changes;
    this.picture = picture;
  }

  /** Asks for work that needs nothing but a database of ours. */
  Endpoint asks(DatabaseWork kind) {
    return call -> asked(call, kind, Order.PLAIN);
  }

  /** Asks for another version. */
  Future<Reply> upgrade(Call call) {
    String version = call.body().getString("version");
    return asked(call, DatabaseWork.UPGRADE, Order.version(version));
  }

  private Future<Reply> asked(Call call, DatabaseWork kind, Order order) {
    DatabaseId id = Databases.id(call);
    String action = "database." + kind.name().toLowerCase(Locale.ROOT);
    return changes
        .once(
            call,
            action,
            id.value(),
            in ->
                in.databases()
                    .get(id)
                    .compose(known -> {
                      requireFit(known, kind, order);
                      return in.databaseWork()
                          .ask(id, kind, order, call.caller().name(), known.etag());
                    }))
        .compose(work -> {
          changes.ringDatabase(id.value());
          return picture.accepted(id, work);
        });
  }

  private static void requireFit(ProjectDatabase known, DatabaseWork kind, Order order) {
    if (known.external()) {
      return; // refused by whoever takes the order
    }
    if ((kind == DatabaseWork.RESTART || kind == DatabaseWork.PASSWORD) && known.stopped()) {
      throw Problem.conflict(
          "database_stopped",
          "'" + known.name() + "' is stopped.",
          "Start it first: POST /api/databases/" + known.id() + "/start.");
    }
    if (kind == DatabaseWork.PASSWORD && known.engine() == DatabaseEngine.MONGODB) {
      throw Problem.conflict(
          "not_with_this_engine",
          "Passwords of MongoDB are not changed from here.",
          "Copy it into a new database, which gets another one: POST /api/databases"
              + " {\"from\": {\"databaseId\": \""
              + known.id()
              + "\"}}.");
    }
    String version = order.version();
    if (version != null) {
      DatabaseConfig config = known.config();
      DatabaseDescription.requireNewer(known.engine(), config, known.version(), version);
    }
  }

  Future<Reply> list(Call call) {
    DatabaseId id = Databases.id(call);
    return stores
        .databases()
        .get(id)
        .compose(known -> stores.databaseWork().of(id, Page.wanted(call), Page.after(call)))
        .map(found -> Reply.ok(Page.of(call, found, WorkView::of, Work::id)));
  }

  /** One piece; with {@code wait} when it has ended, or when the time is over. */
  Future<Reply> get(Call call) {
    long looks = Duration.ofSeconds(call.number("wait")).dividedBy(LOOK);
    return look(call, looks).map(work -> Reply.ok(WorkView.of(work)));
  }

  private Future<Work> look(Call call, long more) {
    return find(stores, call)
        .compose(work ->
            work.ended() || more <= 0 || call.request().response().closed()
                ? Future.succeededFuture(work)
                : vertx.timer(LOOK.toMillis()).compose(later -> look(call, more - 1)));
  }

  /** Work on this very database: who may look at it was judged by that. */
  private static Future<Work> find(Stores in, Call call) {
    String work = call.path("work");
    return in.databaseWork()
        .get(work)
        .map(found -> {
          if (!found.databaseId().equals(Databases.id(call))) {
            throw Problem.notFound("operation", work);
          }
          return found;
        });
  }

  Future<Reply> cancel(Call call) {
    DatabaseId id = Databases.id(call);
    String work = call.path("work");
    return changes
        .once(call, "database.cancel", id.value(), in -> cancelled(in, call).map(done -> work))
        .compose(done -> {
          changes.ringDatabase(id.value());
          return find(stores, call);
        })
        .map(known -> Reply.accepted(WorkView.of(known)).with("Location", WorkView.path(id, work)));
  }

  private static Future<CancelOutcome> cancelled(Stores in, Call call) {
    return find(in, call)
        .compose(known -> {
          if (known.ended()) {
            throw Problem.conflict(
                "work_ended",
                "The work has ended: " + known.status().wire() + ".",
                "There is nothing to cancel.");
          }
          return in.databaseWork().cancel(known.databaseId());
        })
        .map(outcome -> {
          if (outcome == CancelOutcome.TOO_LATE) {
            throw Problem.conflict(
                "too_late",
                "The work is past the point where it could turn back.",
                "Wait for its end.");
          }
          return outcome;
        });
  }
}
