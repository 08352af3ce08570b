package dev.slipway.gateway.backup;

import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.backup.BackupBells;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Page;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.saga.CancelOutcome;
import dev.slipway.store.DatabaseWorkStore.Order;
import dev.slipway.store.RestoreStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Backups that are put into new databases, or in the place of what is in one or in a volume. */
final class Restores {
  private final Stores stores;
  private final Changes changes;
  private final Bus bus;
  private final LongPoll poll;

  Restores(Stores stores, Changes changes, Bus bus, LongPoll poll) {
    this.stores = stores;
    this.changes = changes;
    this.bus = bus;
    this.poll = poll;
  }

  Future<Reply> list(Call call) {
    String before = Page.after(call);
    var filter =
        new RestoreStore.Filter(
            target(call),
            call.text("backupId").map(BackupId::new).orElse(null),
            call.text("status")
                .map(status -> Restore.Status.valueOf(status.toUpperCase(Locale.ROOT)))
                .orElse(null),
            before.isEmpty() ? null : before,
            Page.wanted(call));
    return stores
        .restores()
        .list(filter, call.caller().visible())
        .map(found -> Reply.ok(Page.of(call, found, RestoreView::of, Restore::id)));
  }

  private static @Nullable String target(Call call) {
    String database = call.text("databaseId").orElse(null);
    String application = call.text("applicationId").orElse(null);
    SubjectFields.kind(database != null, application != null);
    return database == null ? application : database;
  }

  Future<Reply> get(Call call) {
    String id = call.path("id");
    return poll.ended(call, () -> stores.restores().shown(id), Restores::hasEnded)
        .map(restore -> Reply.ok(RestoreView.of(restore)));
  }

  private static boolean hasEnded(Restore restore) {
    return switch (restore.status()) {
      case SUCCESS, FAILED, CANCELLED -> true;
      case WAITING, PENDING, RUNNING -> false;
    };
  }

  Future<Reply> create(Call call) {
    JsonObject body = call.body();
    String database = body.getString("databaseId");
    String application = body.getString("applicationId");
    JsonObject into = body.getJsonObject("into");
    if (Stream.of(database, application, into).filter(Objects::nonNull).count() != 1) {
      throw Problem.invalid(
          "databaseId",
          "exactly one of databaseId, applicationId with volume, and into must be given");
    }
    if (application != null || body.getString("volume") != null) {
      return intoVolume(call, SubjectFields.of(body));
    }
    return changes
        .once(
            call,
            "restore.create",
            in ->
                into == null
                    ? inPlace(in, call, new DatabaseId(String.valueOf(database)))
                    : intoNew(in, call, into))
        .compose(this::accepted);
  }

  private Future<Reply> intoVolume(Call call, BackupSubject volume) {
    if (!call.body().getJsonArray("only", new JsonArray()).isEmpty()) {
      throw Problem.invalid("only", "does not go with a volume, which is restored as a whole");
    }
    BackupId backup = new BackupId(call.body().getString("backupId"));
    return changes
        .once(
            call,
            "restore.create",
            in -> in.backupRequests().restoreVolume(backup, volume, call.caller().name()))
        .compose(this::accepted);
  }

  private static Future<String> inPlace(Stores in, Call call, DatabaseId target) {
    return in.databases()
        .get(target)
        .compose(known -> in.backupRequests().restore(wish(call, target, true)))
        .compose(restore ->
            in.databaseWork()
                .ask(
                    target,
                    DatabaseWork.RESTORE,
                    Order.restore(restore),
                    call.caller().name(),
                    null)
                .map(restore));
  }

  private static Future<String> intoNew(Stores in, Call call, JsonObject into) {
    DatabaseId target = DatabaseId.fresh();
    BackupId backup = new BackupId(call.body().getString("backupId"));
    return project(in, into.getString("projectId"))
        .compose(project ->
            in.backups()
                .get(backup)
                .map(known -> RestoredDatabase.of(known, into.getString("name"), project)))
        .compose(wanted ->
            in.backupRequests()
                .restore(wish(call, target, false))
                .compose(restore ->
                    in.databases()
                        .create(target, wanted, Order.restore(restore), call.caller().name())
                        .map(created -> restore)));
  }

  private static Future<ProjectId> project(Stores in, @Nullable String named) {
    return named == null
        ? in.projects().standard().map(standard -> standard.id())
        : in.projects().get(new ProjectId(named)).map(known -> known.id());
  }

  private static RestoreStore.Wish wish(Call call, DatabaseId target, boolean inPlace) {
    List<String> only =
        call.body().getJsonArray("only", new JsonArray()).stream().map(String::valueOf).toList();
    return new RestoreStore.Wish(
        new BackupId(call.body().getString("backupId")),
        BackupSubject.database(target.value()),
        only,
        inPlace,
        call.caller().name());
  }

  Future<Reply> cancel(Call call) {
    String id = call.path("id");
    return changes
        .once(
            call,
            "restore.cancel",
            in -> in.restores().get(id).compose(restore -> cancelled(in, restore)).map(done -> id))
        .compose(this::accepted);
  }

  /** The work on the database that waits for it goes first: nothing is switched any more then. */
  private static Future<Void> cancelled(Stores in, Restore restore) {
    if (restore.target().kind() == BackupSubject.Kind.VOLUME) {
      return in.restores().cancel(restore.id()).map(own -> told(CancelOutcome.NOTHING_OPEN, own));
    }
    DatabaseId target = new DatabaseId(String.valueOf(restore.target().id()));
    return in.databaseWork()
        .active(target)
        .compose(work ->
            work != null && restore.id().equals(work.order().restoreId())
                ? in.databaseWork().cancel(target)
                : Future.succeededFuture(CancelOutcome.NOTHING_OPEN))
        .compose(met ->
            met == CancelOutcome.TOO_LATE
                ? Future.failedFuture(tooLate())
                : in.restores().cancel(restore.id()).map(own -> told(met, own)));
  }

  private static @Nullable Void told(CancelOutcome work, CancelOutcome own) {
    boolean stopped =
        List.of(work, own).stream()
            .anyMatch(met -> met == CancelOutcome.NEVER_RAN || met == CancelOutcome.REQUESTED);
    if (!stopped) {
      throw tooLate();
    }
    return null;
  }

  private static Problem tooLate() {
    return Problem.conflict(
        "already_ended",
        "The restored data serves already, or the restore has ended otherwise.",
        "GET /api/restores/{id} tells how; of what was replaced there is a safety backup.");
  }

  /** The bells are rung after the commit: who hears one finds the row. */
  private Future<Reply> accepted(String id) {
    changes.ring(id);
    bus.ring(BackupBells.AVAILABLE, new BackupBells.Available(id));
    return stores
        .restores()
        .shown(id)
        .map(restore ->
            Reply.accepted(RestoreView.of(restore)).with("Location", "/api/restores/" + id));
  }
}
