package dev.slipway.gateway.backup;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupBells;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Page;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.saga.CancelOutcome;
import dev.slipway.store.BackupStore;
import dev.slipway.store.DestinationStore;
import io.vertx.core.Future;
import java.util.Locale;

/** What became of each backup, and what asks for one. */
final class Backups {
  private final Stores stores;
  private final Changes changes;
  private final Bus bus;
  private final LongPoll poll;

  Backups(Stores stores, Changes changes, Bus bus, LongPoll poll) {
    this.stores = stores;
    this.changes = changes;
    this.bus = bus;
    this.poll = poll;
  }

  Future<Reply> list(Call call) {
    String database = call.text("databaseId").orElse(null);
    String application = call.text("applicationId").orElse(null);
    String before = Page.after(call);
    var filter =
        new BackupStore.Filter(
            SubjectFields.kind(database != null, application != null),
            database == null ? application : database,
            call.text("scheduleId").orElse(null),
            call.text("status")
                .map(status -> BackupStatus.valueOf(status.toUpperCase(Locale.ROOT)))
                .orElse(null),
            before.isEmpty() ? null : new BackupId(before),
            Page.wanted(call));
    return stores
        .backups()
        .list(filter, call.caller().visible())
        .map(
            found -> Reply.ok(Page.of(call, found, BackupView::of, backup -> backup.id().value())));
  }

  Future<Reply> get(Call call) {
    BackupId id = id(call);
    return poll.ended(call, () -> stores.backups().get(id), backup -> backup.status().ended())
        .map(backup -> Reply.ok(BackupView.of(backup)));
  }

  Future<Reply> create(Call call) {
    BackupSubject subject = SubjectFields.of(call.body());
    String destination = call.body().getString("destinationId", DestinationStore.LOCAL);
    boolean encrypted = call.body().getBoolean("encrypted", false);
    boolean pause = SubjectFields.pause(call.body(), subject, false);
    return changes
        .once(
            call,
            "backup.create",
            in ->
                in.backupRequests()
                    .manual(subject, destination, encrypted, pause, call.caller().name())
                    .map(BackupId::value))
        .compose(made -> accepted(new BackupId(made)));
  }

  Future<Reply> update(Call call) {
    BackupId id = id(call);
    boolean pinned = call.body().getBoolean("pinned");
    return changes
        .make(
            call,
            pinned ? "backup.pin" : "backup.unpin",
            id.value(),
            in -> in.backups().pin(id, pinned).compose(known -> in.backups().get(id)))
        .map(backup -> Reply.ok(BackupView.of(backup)));
  }

  Future<Reply> delete(Call call) {
    BackupId id = id(call);
    return changes
        .make(
            call,
            "backup.delete",
            id.value(),
            in ->
                in.retention().remove(id, call.flag("force")).compose(done -> in.backups().get(id)))
        .map(backup -> Reply.accepted(BackupView.of(backup)));
  }

  Future<Reply> cancel(Call call) {
    BackupId id = id(call);
    return changes
        .once(
            call,
            "backup.cancel",
            in ->
                in.backups()
                    .get(id)
                    .compose(known -> in.backups().cancel(id))
                    .map(met -> told(id, met)))
        .compose(done -> accepted(id));
  }

  private static String told(BackupId id, CancelOutcome met) {
    return switch (met) {
      case NEVER_RAN, REQUESTED -> id.value();
      case TOO_LATE, NOTHING_OPEN ->
          throw Problem.conflict(
              "already_ended",
              "Nothing is being done with this backup any more.",
              "There is nothing to cancel; GET /api/backups/" + id + " tells how it ended.");
    };
  }

  Future<Reply> verify(Call call) {
    BackupId id = id(call);
    return changes
        .once(call, "backup.verify", in -> in.backups().requestProof(id).map(done -> id.value()))
        .compose(done -> accepted(id));
  }

  /** The bell is rung after the commit: who hears it finds the row. */
  private Future<Reply> accepted(BackupId id) {
    bus.ring(BackupBells.AVAILABLE, new BackupBells.Available(id.value()));
    return stores.backups().get(id).map(Backups::accepted);
  }

  static Reply accepted(Backup backup) {
    return Reply.accepted(BackupView.of(backup)).with("Location", "/api/backups/" + backup.id());
  }

  private static BackupId id(Call call) {
    return new BackupId(call.path("id"));
  }
}
