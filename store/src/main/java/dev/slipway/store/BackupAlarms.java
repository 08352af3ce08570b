package dev.slipway.store;

import dev.slipway.contracts.backup.BackupSchedule;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.schedule.CronTimes;
import dev.slipway.store.AlarmStore.Finding;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Judges, from what stands in the tables alone, which backups are missing, failed or have nowhere
 * to go. So whoever looks finds the same, also when no backup service is alive.
 */
public final class BackupAlarms {
  private static final List<String> CODES =
      List.of(
          AlarmStore.BACKUP_OVERDUE, AlarmStore.BACKUP_FAILED, AlarmStore.DESTINATION_UNREACHABLE);

  private static final long LOCK = 0x5357_414c_4152_4d53L;

  /**
   * What is born while one looks seems to come from the future; only later is it the clock's fault.
   */
  private static final Duration BORN_MEANWHILE = Duration.ofMinutes(1);

  /** However often a schedule asks, its subject has this long. */
  private static final Duration LEAST = Duration.ofHours(1);

  /**
   * What was taken while the clock was ahead, and set back since, proves nothing of today: a backup
   * of next year would keep a schedule silent until then.
   */
  private static final String SCHEDULES =
      """
      select s.*, now() as now, %s as project_id, coalesce(d.stopped,
            s.subject_kind = 'volume' and not exists (select 1 from volumes v
              where v.application_id = s.subject_id and v.name = s.subject_volume)) as stopped,
          coalesce(d.name, a.name || '/' || s.subject_volume, 'platform') as subject_name,
          (select max(b.created_at) from backups b where b.status = 'verified'
            and b.removed_at is null and b.trigger <> 'import' and b.created_at <= now()
            and b.subject_kind = s.subject_kind
            and b.subject_id is not distinct from s.subject_id
            and b.subject_volume is not distinct from s.subject_volume) as newest
        from backup_schedules s
          left join databases d on s.subject_kind = 'database' and d.id = s.subject_id
          left join applications a on s.subject_kind = 'volume' and a.id = s.subject_id
        where s.enabled and s.cron is not null
          and (s.subject_kind = 'platform' or d.id is not null or a.id is not null)
      """
          .formatted(BackupSubjects.PROJECT.formatted("s"));

  /**
   * The newest judged backup of each subject that had one lately, when it was found wanting. One of
   * a time that is yet to come counts only where there is no other: the clock was set back.
   */
  private static final String FAILED =
      """
      select * from (
        select distinct on (subject_kind, subject_id, subject_volume) *,
            failure->>'detail' as detail, failure->>'remedy' as remedy
          from backups b
          where created_at > now() - interval '30 days' and status in ('verified', 'failed')
            and trigger <> 'import'
          order by subject_kind, subject_id, subject_volume, created_at > now(), created_at desc,
            id desc) newest
        where status = 'failed' and (subject_kind = 'platform'
          or exists (select 1 from databases where id = newest.subject_id)
          or exists (select 1 from applications where id = newest.subject_id))
      """;

  private static final String UNREACHABLE =
      """
      select id, name, check_failure->>'detail' as detail, check_failure->>'remedy' as remedy
        from destinations where check_failure is not null
      """;

  private final Queries database;

  public BackupAlarms(Queries database) {
    this.database = database;
  }

  /**
   * Looks, raises and clears, one after the other where several look: so that nobody raises what
   * another one has just seen mended.
   *
   * @return how many alarms changed
   */
  public Future<Integer> look() {
    return database.transaction(tx ->
        tx.query("select pg_advisory_xact_lock($1)", LOCK)
            .compose(alone -> new BackupAlarms(tx).judged()));
  }

  private Future<Integer> judged() {
    Future<List<Optional<Finding>>> overdue =
        database.list(SCHEDULES, row -> Optional.ofNullable(overdue(row)));
    Future<List<Finding>> failed = database.list(FAILED, BackupAlarms::failed);
    Future<List<Finding>> unreachable = database.list(UNREACHABLE, BackupAlarms::unreachable);
    return Future.all(overdue, failed, unreachable)
        .compose(all -> {
          List<Finding> found = new ArrayList<>();
          overdue.result().forEach(each -> each.ifPresent(found::add));
          Stream.of(failed, unreachable).forEach(each -> found.addAll(each.result()));
          return new AlarmStore(database).settle(CODES, found);
        });
  }

  private static @Nullable Finding overdue(Row row) {
    BackupSchedule schedule = ScheduleStore.read(row);
    Instant newest = Rows.at(row, "newest");
    Instant now = Rows.when(row, "now");
    Instant soon = now.plus(BORN_MEANWHILE);
    Instant from = since(schedule.createdAt(), newest, soon);
    boolean late = from.isAfter(soon) || limit(schedule, from).map(now::isAfter).orElse(false);
    if (!late || row.getBoolean("stopped")) {
      return null;
    }
    String subject = row.getString("subject_name");
    return new Finding(
        AlarmStore.BACKUP_OVERDUE,
        "schedule:" + schedule.id(),
        row.getString("project_id"),
        (newest == null
                ? "There is no verified backup of '" + subject + "' yet"
                : "The newest verified backup of '" + subject + "' is of " + newest)
            + ", which is too old for the schedule '"
            + schedule.name()
            + "' ("
            + schedule.cron()
            + " "
            + schedule.timeZone()
            + ").",
        "Look at GET /api/backups?scheduleId="
            + schedule.id()
            + " for what became of the last ones, and whether a backup service is among the processes of GET"
            + " /api/installation.");
  }

  /**
   * What a schedule's times count from: the newest backup or its own birth, whichever is later. A
   * birth that is yet to come, since the clock was set back, counts only while there is no backup.
   */
  private static Instant since(Instant born, @Nullable Instant newest, Instant soon) {
    if (newest == null || newest.isBefore(born) && !born.isAfter(soon)) {
      return born;
    }
    return newest;
  }

  /** Two of its times after the newest backup, or an hour; empty when it has no times to keep. */
  private static Optional<Instant> limit(BackupSchedule schedule, Instant newest) {
    try {
      List<Instant> times =
          CronTimes.of(String.valueOf(schedule.cron()), schedule.timeZone()).next(newest, 2);
      return times.size() < 2
          ? Optional.empty()
          : Optional.of(
              times.getLast().isBefore(newest.plus(LEAST)) ? newest.plus(LEAST) : times.getLast());
    } catch (Problem unreadable) {
      return Optional.of(newest.plus(LEAST)); // it cannot run any more, which is the alarm's cause
    }
  }

  private static Finding failed(Row row) {
    BackupSubject subject = BackupSubjects.of(row);
    return new Finding(
        AlarmStore.BACKUP_FAILED,
        BackupSubjects.written(subject),
        row.getString("project_id"),
        "The backup "
            + row.getString("id")
            + " of '"
            + row.getString("subject_name")
            + "' failed: "
            + told(row, "detail", "it does not say why."),
        told(row, "remedy", "Look at its log, mend the cause, and take a new one."));
  }

  private static Finding unreachable(Row row) {
    return new Finding(
        AlarmStore.DESTINATION_UNREACHABLE,
        "destination:" + row.getString("id"),
        null,
        "The destination '"
            + row.getString("name")
            + "' does not pass its check: "
            + told(row, "detail", "it does not say why."),
        told(row, "remedy", "Check it again with POST /api/destinations/{id}/check."));
  }

  private static String told(Row row, String column, String otherwise) {
    String text = row.getString(column);
    return text == null || text.isBlank() ? otherwise : text;
  }
}
