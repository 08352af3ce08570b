package dev.slipway.gateway.backup;

import dev.slipway.contracts.backup.BackupSchedule;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Page;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.schedule.CronTimes;
import dev.slipway.store.ScheduleStore;
import dev.slipway.store.ScheduleStore.Draft;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** When backups are taken and how long they are kept. */
final class Schedules {
  private static final int TIMES_SHOWN = 3;

  private final Stores stores;
  private final Changes changes;

  Schedules(Stores stores, Changes changes) {
    this.stores = stores;
    this.changes = changes;
  }

  /** A schedule as it is shown. */
  private record View(
      String id,
      String name,
      @Nullable String databaseId,
      @Nullable String applicationId,
      @Nullable String volume,
      boolean platform,
      String destinationId,
      @Nullable String cron,
      String timeZone,
      @Nullable String beforeDeploymentsOf,
      @Nullable Integer keepDays,
      @Nullable Integer keepCount,
      boolean encrypted,
      boolean pauseApplication,
      boolean enabled,
      @Nullable Instant nextRunAt,
      @Nullable Instant lastRunAt,
      List<Instant> nextTimes,
      Instant createdAt,
      Instant updatedAt) {

    static View of(BackupSchedule known) {
      return new View(
          known.id(),
          known.name(),
          SubjectFields.database(known.subject()),
          SubjectFields.application(known.subject()),
          known.subject().volume(),
          SubjectFields.platform(known.subject()),
          known.destinationId(),
          known.cron(),
          known.timeZone(),
          known.applicationId(),
          known.keepDays(),
          known.keepCount(),
          known.encrypted(),
          known.pauseApplication(),
          known.enabled(),
          known.nextRunAt(),
          known.lastRunAt(),
          nextTimes(known),
          known.createdAt(),
          known.updatedAt());
    }

    /** From the time that the database wrote on, so that no clock of the gateway's counts. */
    private static List<Instant> nextTimes(BackupSchedule known) {
      Instant next = known.nextRunAt();
      String cron = known.cron();
      return next == null || cron == null
          ? List.of()
          : CronTimes.of(cron, known.timeZone()).next(next.minusNanos(1), TIMES_SHOWN);
    }
  }

  Future<Reply> list(Call call) {
    String database = call.text("databaseId").orElse(null);
    String application = call.text("applicationId").orElse(null);
    var filter =
        new ScheduleStore.Filter(
            SubjectFields.kind(database != null, application != null),
            database == null ? application : database,
            Page.after(call),
            Page.wanted(call));
    return stores
        .schedules()
        .list(filter, call.caller().visible())
        .map(found -> Reply.ok(Page.of(call, found, View::of, BackupSchedule::id)));
  }

  Future<Reply> get(Call call) {
    return stores.schedules().get(call.path("id")).map(Schedules::shown);
  }

  Future<Reply> create(Call call) {
    Draft draft = ScheduleFields.ofNew(call.body());
    return changes
        .once(
            call,
            "backup-schedule.create",
            in ->
                requireApplication(in, draft)
                    .compose(known -> in.schedules().add(draft))
                    .map(BackupSchedule::id))
        .compose(id -> stores.schedules().get(id))
        .map(made ->
            Reply.created(View.of(made), "/api/backup-schedules/" + made.id())
                .version(made.etag()));
  }

  /** Whoever may back up a database may not make the deployments of other projects wait for it. */
  private static Future<Void> requireApplication(Stores in, Draft draft) {
    String application = draft.applicationId();
    return application == null
        ? Future.succeededFuture()
        : in.backupRequests()
            .sameProject(draft.subject(), application)
            .map(same -> {
              if (!same) {
                throw Problem.invalid(
                    "beforeDeploymentsOf", "must be an application of the same project");
              }
              return null;
            });
  }

  Future<Reply> update(Call call) {
    String id = call.path("id");
    return changes
        .make(
            call,
            "backup-schedule.update",
            id,
            in ->
                in.schedules()
                    .get(id)
                    .map(known -> ScheduleFields.changed(known, call.body()))
                    .compose(draft -> in.schedules().change(id, draft, call.expectedVersion())))
        .map(Schedules::shown);
  }

  Future<Reply> delete(Call call) {
    String id = call.path("id");
    return changes
        .make(
            call,
            "backup-schedule.delete",
            id,
            in -> in.schedules().remove(id, call.expectedVersion()))
        .map(done -> Reply.nothing());
  }

  private static Reply shown(BackupSchedule known) {
    return Reply.ok(View.of(known)).version(known.etag());
  }
}
