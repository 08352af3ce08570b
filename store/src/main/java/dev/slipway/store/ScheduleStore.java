package dev.slipway.store;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.backup.BackupSchedule;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.schedule.CronTimes;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When backups are taken. Every time that is judged or written here is the database's: no clock of
 * any other machine counts.
 */
public final class ScheduleStore {
  /** What a new database's schedule is called. */
  public static final String DEFAULT_NAME = "daily";

  private static final String DEFAULT_CRON = "0 2 * * *";
  private static final int DEFAULT_DAYS = 7;
  private static final String TAKEN = "23505";
  private static final String REFERS_TO_NOTHING = "23503";

  private final Queries database;

  public ScheduleStore(Queries database) {
    this.database = database;
  }

  /**
   * All that people say about a schedule; the fields mean what those of {@link BackupSchedule} do.
   */
  public record Draft(
      String name,
      BackupSubject subject,
      String destinationId,
      @Nullable String cron,
      String timeZone,
      @Nullable String applicationId,
      @Nullable Integer keepDays,
      @Nullable Integer keepCount,
      boolean encrypted,
      boolean pauseApplication,
      boolean enabled) {

    /** A schedule as it stands, to be changed. */
    public static Draft of(BackupSchedule known) {
      return new Draft(
          known.name(),
          known.subject(),
          known.destinationId(),
          known.cron(),
          known.timeZone(),
          known.applicationId(),
          known.keepDays(),
          known.keepCount(),
          known.encrypted(),
          known.pauseApplication(),
          known.enabled());
    }

    /** When it is due first after a moment; null while it is never due by itself. */
    @Nullable Instant next(Instant after) {
      String expression = cron;
      return expression == null || !enabled
          ? null
          : CronTimes.of(expression, timeZone).next(after).orElse(null);
    }
  }

  /**
   * Gives a new database its schedule: daily at 02:00 UTC, kept for a week, on this machine. To run
   * in the transaction that makes the database.
   */
  public static Future<BackupSchedule> defaultFor(Queries tx, DatabaseId id) {
    return new ScheduleStore(tx)
        .add(
            new Draft(
                DEFAULT_NAME,
                BackupSubject.database(id.value()),
                DestinationStore.LOCAL,
                DEFAULT_CRON,
                "UTC",
                null,
                DEFAULT_DAYS,
                null,
                false,
                false,
                true));
  }

  /**
   * Adds a schedule.
   *
   * @throws Problem {@code invalid_request} naming {@code cron}, {@code timeZone}, {@code
   *     destinationId} or {@code applicationId}; {@code schedule_exists}; 404 for a subject that is
   *     not there
   */
  public Future<BackupSchedule> add(Draft draft) {
    String id = FreshId.of("sch");
    return database.transaction(tx ->
        requireSubject(tx, draft.subject())
            .compose(known -> now(tx))
            .compose(now ->
                tx.one(
                    """
                    insert into backup_schedules(id, name, subject_kind, subject_id, subject_volume,
                        destination_id, cron, time_zone, application_id, keep_days, keep_count,
                        encrypted, pause_application, enabled, next_run_at, created_at, updated_at)
                      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
                        now(), now())
                      returning *
                    """,
                    ScheduleStore::read,
                    id,
                    draft.name(),
                    draft.subject().kind().wire(),
                    draft.subject().id(),
                    draft.subject().volume(),
                    draft.destinationId(),
                    draft.cron(),
                    draft.timeZone(),
                    draft.applicationId(),
                    draft.keepDays(),
                    draft.keepCount(),
                    draft.encrypted(),
                    draft.pauseApplication(),
                    draft.enabled(),
                    at(draft.next(now))))
            .map(Objects::requireNonNull)
            .recover(failure -> Future.failedFuture(explained(failure, draft))));
  }

  private static Future<Void> requireSubject(Queries tx, BackupSubject subject) {
    return BackupSubjects.find(tx, subject)
        .map(found -> {
          if (found.isEmpty()) {
            throw Problem.notFound(
                subject.kind() == BackupSubject.Kind.DATABASE ? "database" : "volume",
                subject.volume() == null ? String.valueOf(subject.id()) : subject.volume());
          }
          return null;
        });
  }

  /**
   * Changes a schedule; its subject stays. It is due at the next of its times after now when these
   * change, so that a late run is not lost by another change.
   *
   * @param expected the version the change is based on; null: any
   * @throws Problem as {@link #add}, and 412 {@code changed_meanwhile}
   */
  public Future<BackupSchedule> change(String id, Draft draft, @Nullable Long expected) {
    return database.transaction(tx ->
        tx.one("select *, now() as now from backup_schedules where id = $1 for update", id)
            .compose(row -> {
              BackupSchedule known = read(required(row, id));
              requireVersion(known, expected);
              boolean sameTimes =
                  Objects.equals(known.cron(), draft.cron())
                      && known.timeZone().equals(draft.timeZone())
                      && known.enabled() == draft.enabled();
              Instant next =
                  sameTimes ? known.nextRunAt() : draft.next(Rows.when(Rows.present(row), "now"));
              return write(tx, id, draft, next);
            }));
  }

  private static Future<BackupSchedule> write(
      Queries tx, String id, Draft draft, @Nullable Instant next) {
    return tx.one(
            """
            update backup_schedules set name = $2, destination_id = $3, cron = $4, time_zone = $5,
                application_id = $6, keep_days = $7, keep_count = $8, encrypted = $9,
                pause_application = $10, enabled = $11, next_run_at = $12, etag = etag + 1,
                updated_at = now()
              where id = $1 returning *
            """,
            ScheduleStore::read,
            id,
            draft.name(),
            draft.destinationId(),
            draft.cron(),
            draft.timeZone(),
            draft.applicationId(),
            draft.keepDays(),
            draft.keepCount(),
            draft.encrypted(),
            draft.pauseApplication(),
            draft.enabled(),
            at(next))
        .map(Objects::requireNonNull)
        .recover(failure -> Future.failedFuture(explained(failure, draft)));
  }

  /**
   * Removes a schedule; its backups stay, until they are removed by hand. Fails with 404.
   *
   * @param expected the version that is meant; null: any
   */
  public Future<Void> remove(String id, @Nullable Long expected) {
    return database.transaction(tx ->
        tx.one("select * from backup_schedules where id = $1 for update", id)
            .compose(row -> {
              requireVersion(read(required(row, id)), expected);
              return tx.query("delete from backup_schedules where id = $1", id);
            })
            .mapEmpty());
  }

  // ---- what readers ask

  /** Fails with 404 when there is none. */
  public Future<BackupSchedule> get(String id) {
    return database
        .one("select * from backup_schedules where id = $1", id)
        .map(row -> read(required(row, id)));
  }

  /** The schedules that say: before each deployment of this application. */
  public Future<List<BackupSchedule>> beforeDeployments(String applicationId) {
    return database.list(
        "select * from backup_schedules where application_id = $1 and enabled order by id",
        ScheduleStore::read,
        applicationId);
  }

  /**
   * Which schedules to list, in order of birth.
   *
   * @param after the last row of the page before; empty: from the beginning
   */
  public record Filter(
      BackupSubject.@Nullable Kind kind, @Nullable String subjectId, String after, int limit) {}

  public Future<List<BackupSchedule>> list(Filter filter, Visible visible) {
    return database.list(
        """
        select * from backup_schedules s where ($1::text is null or s.subject_kind = $1)
          and ($2::text is null or s.subject_id = $2) and s.id > $3
        """
            + visible.condition(BackupSubjects.PROJECT.formatted("s"), 5)
            + " order by s.id limit $4",
        ScheduleStore::read,
        visible.with(
            filter.kind() == null ? null : filter.kind().wire(),
            filter.subjectId(),
            filter.after(),
            filter.limit()));
  }

  /** The database's clock. */
  public Future<Instant> now() {
    return now(database);
  }

  private static Future<Instant> now(Queries queries) {
    return queries.one("select now() as now").map(row -> Rows.when(Rows.present(row), "now"));
  }

  static BackupSchedule read(Row row) {
    return new BackupSchedule(
        row.getString("id"),
        row.getString("name"),
        BackupSubjects.of(row),
        row.getString("destination_id"),
        row.getString("cron"),
        row.getString("time_zone"),
        row.getString("application_id"),
        row.getInteger("keep_days"),
        row.getInteger("keep_count"),
        row.getBoolean("encrypted"),
        row.getBoolean("pause_application"),
        row.getBoolean("enabled"),
        Rows.at(row, "next_run_at"),
        Rows.at(row, "last_run_at"),
        row.getLong("etag"),
        Rows.when(row, "created_at"),
        Rows.when(row, "updated_at"));
  }

  static java.time.@Nullable OffsetDateTime at(@Nullable Instant moment) {
    return moment == null ? null : moment.atOffset(ZoneOffset.UTC);
  }

  private static Row required(@Nullable Row row, String id) {
    if (row == null) {
      throw Problem.notFound("backup schedule", id);
    }
    return row;
  }

  private static void requireVersion(BackupSchedule known, @Nullable Long expected) {
    if (expected != null && expected != known.etag()) {
      throw Rows.changedMeanwhile("schedule", known.etag());
    }
  }

  private static Throwable explained(Throwable failure, Draft draft) {
    if (!(failure instanceof PgException refused)) {
      return failure;
    }
    String constraint = String.valueOf(refused.getConstraint());
    return switch (String.valueOf(refused.getSqlState())) {
      case TAKEN ->
          Problem.conflict(
              "schedule_exists",
              "There is a schedule '" + draft.name() + "' for this already.",
              "Give it another name, or change that one.");
      case REFERS_TO_NOTHING ->
          constraint.contains("application")
              ? Problem.invalid("applicationId", "there is no such application")
              : Problem.invalid("destinationId", "there is no such destination");
      default -> failure;
    };
  }
}
