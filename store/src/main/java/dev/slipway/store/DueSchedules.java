package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupSchedule;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for the backups that schedules are due for. Any number of services may do it at once: one
 * transaction locks a due schedule, writes its backup and writes its next time, and no moment of a
 * schedule is ever asked for twice. A time that was missed is made up for once, however many times
 * were missed with it.
 */
public final class DueSchedules {
  private static final Logger LOG = LoggerFactory.getLogger(DueSchedules.class);

  private final Queries database;

  public DueSchedules(Queries database) {
    this.database = database;
  }

  /**
   * A schedule that was due.
   *
   * @param backup empty when nothing is asked for: its subject is gone or cannot be read now, or a
   *     backup that it asked for before still waits for its turn
   */
  public record Taken(String scheduleId, Instant dueAt, Optional<BackupId> backup) {}

  /** Takes the schedule that has been due for longest; empty when none is, or others have it. */
  public Future<Optional<Taken>> take() {
    return database.transaction(tx ->
        tx.one(
                """
                select *, now() as now from backup_schedules
                  where enabled and next_run_at <= now()
                  order by next_run_at, id limit 1 for update skip locked
                """)
            .compose(row ->
                row == null
                    ? Future.succeededFuture(Optional.empty())
                    : taken(tx, ScheduleStore.read(row), row).map(Optional::of)));
  }

  /**
   * Gives schedules that wait longer than they say their next time again: the clock was ahead when
   * they ran, and was set back. A moment that was asked for already is not asked for again.
   *
   * @return how many there were
   */
  public Future<Integer> catchUp() {
    return database
        .list(
            "select *, now() as now from backup_schedules where enabled and next_run_at > now()",
            row -> row)
        .compose(rows -> {
          Future<Integer> corrected = Future.succeededFuture(0);
          for (Row row : rows) {
            BackupSchedule known = ScheduleStore.read(row);
            Instant next = next(known, Rows.when(row, "now"));
            if (next != null && next.isBefore(Rows.when(row, "next_run_at"))) {
              corrected =
                  corrected.compose(count -> earlier(known, next).map(moved -> count + moved));
            }
          }
          return corrected;
        });
  }

  private Future<Integer> earlier(BackupSchedule known, Instant next) {
    return database.update(
        "update backup_schedules set next_run_at = $2 where id = $1 and next_run_at = $3",
        known.id(),
        ScheduleStore.at(next),
        ScheduleStore.at(known.nextRunAt()));
  }

  private static Future<Taken> taken(Queries tx, BackupSchedule schedule, Row row) {
    Instant due = Rows.when(row, "next_run_at");
    return BackupSubjects.find(tx, schedule.subject())
        .compose(subject ->
            subject.isEmpty()
                ? withoutSubject(tx, schedule, row)
                : asked(tx, schedule, subject.get(), due)
                    .compose(backup ->
                        moved(tx, schedule, next(schedule, Rows.when(row, "now")), backup)))
        .map(backup -> new Taken(schedule.id(), due, backup));
  }

  /**
   * What is gone needs no schedule. A volume that its application's description does not name just
   * now may come back with the next one: its schedule waits, and is alarmed about.
   */
  private static Future<Optional<BackupId>> withoutSubject(
      Queries tx, BackupSchedule schedule, Row row) {
    return tx.one(
            "select 1 from applications where $2 = 'volume' and id = $1 and not deleting",
            schedule.subject().id(),
            schedule.subject().kind().wire())
        .compose(owner ->
            owner == null
                ? new ScheduleStore(tx).remove(schedule.id(), null).map(Optional.<BackupId>empty())
                : moved(tx, schedule, next(schedule, Rows.when(row, "now")), Optional.empty()));
  }

  /** A volume that a restore has emptied and not filled is nothing to keep. */
  private static Future<Boolean> isSpoilt(Queries tx, BackupSubject subject) {
    return subject.kind() == BackupSubject.Kind.VOLUME
        ? new RestoreStore(tx)
            .spoiltBy(new ApplicationId(String.valueOf(subject.id())))
            .map(Optional::isPresent)
        : Future.succeededFuture(false);
  }

  private static Future<Optional<BackupId>> asked(
      Queries tx, BackupSchedule schedule, BackupSubjects.Known subject, Instant due) {
    if (!subject.readable(schedule.subject())) {
      return Future.succeededFuture(Optional.empty());
    }
    return tx.one(
            "select 1 from backups where schedule_id = $1 and status = 'pending'", schedule.id())
        .compose(waiting -> isSpoilt(tx, schedule.subject()).map(bad -> bad || waiting != null))
        .compose(waits ->
            waits
                ? Future.succeededFuture(Optional.empty())
                : BackupOrders.request(
                    tx, BackupWish.of(schedule, subject, BackupCause.due(schedule, due))));
  }

  /** Null when its zone is not known any more: it waits for somebody to change it. */
  private static @Nullable Instant next(BackupSchedule schedule, Instant now) {
    try {
      return ScheduleStore.Draft.of(schedule).next(now);
    } catch (Problem unreadable) {
      LOG.warn("The schedule {} cannot be read: {}", schedule.id(), unreadable.detail());
      return null;
    }
  }

  private static Future<Optional<BackupId>> moved(
      Queries tx, BackupSchedule schedule, @Nullable Instant next, Optional<BackupId> backup) {
    return tx.query(
            """
            update backup_schedules set next_run_at = $2,
                last_run_at = case when $3 then now() else last_run_at end
              where id = $1
            """,
            schedule.id(),
            ScheduleStore.at(next),
            backup.isPresent())
        .map(backup);
  }
}
