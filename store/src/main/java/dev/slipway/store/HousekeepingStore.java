package dev.slipway.store;

import dev.slipway.platform.keep.DutyBook;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who keeps which part of the house in order and when, what was collected, how much is held, and
 * which applications are gone for certain.
 */
public final class HousekeepingStore implements DutyBook {
  private final Queries database;

  public HousekeepingStore(Queries database) {
    this.database = database;
  }

  /**
   * A wish that every duty runs now.
   *
   * @param askedBy the key's name, or the build that needs room
   */
  public record Run(long id, String askedBy, Instant askedAt) {}

  /**
   * When a duty ran and will run again.
   *
   * @param endedAt end of the last finished run; before {@code startedAt} while one is at work
   */
  public record Duty(String duty, Instant startedAt, @Nullable Instant endedAt, Instant nextAt) {}

  /**
   * What one look collected of one kind of thing.
   *
   * @param bytes as far as they are known; 0 when not
   * @param error why it stopped early; null when it did not
   */
  public record Result(
      String duty,
      String what,
      long collected,
      long bytes,
      long tookMs,
      @Nullable String error,
      Instant at) {}

  /** How much of a kind of thing was there after the last look. */
  public record Held(String duty, String what, long count, long bytes, Instant at) {}

  // ---- who runs when

  /** Asks every duty to run now. */
  public Future<Run> ask(String askedBy) {
    return database
        .one("insert into housekeeping_runs(asked_by) values ($1) returning *", askedBy)
        .map(row -> run(Rows.present(row)));
  }

  @Override
  public Future<Boolean> begin(String duty, String attempt, Duration every) {
    return database
        .one(
            """
            insert into housekeeping_duties as d (duty, attempt, next_at)
              values ($1, $2, now() + $3 * interval '1 millisecond')
            on conflict (duty) do update set attempt = $2, started_at = now(),
                next_at = now() + $3 * interval '1 millisecond'
              where d.next_at <= now()
                -- the clock was ahead when it ran, and was set back
                or d.next_at > now() + $3 * interval '1 millisecond' + interval '1 minute'
                or exists (select 1 from housekeeping_runs
                  where asked_at > d.started_at and asked_at <= now())
                or (d.attempt <> $2 and (d.ended_at is null or d.ended_at < d.started_at))
            returning duty
            """,
            duty,
            attempt,
            every.toMillis())
        .map(row -> row != null);
  }

  @Override
  public Future<Void> end(String duty, String attempt) {
    return database
        .query(
            "update housekeeping_duties set ended_at = now() where duty = $1 and attempt = $2",
            duty,
            attempt)
        .mapEmpty();
  }

  /**
   * Whether a duty has finished a run that began after this wish. True also when nobody has such a
   * duty: there is nothing to wait for.
   */
  public Future<Boolean> answered(String duty, Run asked) {
    return database
        .one(
            """
            select 1 from housekeeping_runs r left join housekeeping_duties d on d.duty = $1
              where r.id = $2 and (d.duty is null
                -- asked for while the clock was ahead: nobody carries that out
                or r.asked_at > now() + interval '1 minute'
                or d.started_at >= r.asked_at and d.ended_at >= d.started_at)
            """,
            duty,
            asked.id())
        .map(row -> row != null);
  }

  // ---- what came of it

  @Override
  public Future<Void> record(
      String duty, String what, long collected, long bytes, long tookMs, @Nullable String error) {
    return database
        .query(
            """
            insert into housekeeping_results(duty, what, collected, bytes, took_ms, error)
              values ($1, $2, $3, $4, $5, $6)
            """,
            duty,
            what,
            collected,
            bytes,
            tookMs,
            error)
        .mapEmpty();
  }

  @Override
  public Future<Void> held(String duty, String what, long count, long bytes) {
    return database
        .query(
            """
            insert into housekeeping_held(duty, what, count, bytes) values ($1, $2, $3, $4)
              on conflict (duty, what) do update set count = $3, bytes = $4, at = now()
            """,
            duty,
            what,
            count,
            bytes)
        .mapEmpty();
  }

  public Future<List<Duty>> duties() {
    return database.list(
        "select * from housekeeping_duties order by duty limit 1000", HousekeepingStore::duty);
  }

  public Future<List<Held>> held() {
    return database.list(
        "select * from housekeeping_held order by duty, what limit 10000", HousekeepingStore::held);
  }

  /** The newest results first. */
  public Future<List<Result>> results(int limit) {
    return database.list(
        "select * from housekeeping_results order by id desc limit $1",
        HousekeepingStore::result,
        limit);
  }

  // ---- what is gone for certain

  /** Those of these applications that were removed; an id that nobody knows is not among them. */
  public Future<Set<String>> removed(Collection<String> applications) {
    return database
        .list(
            """
            select id from removed_applications r where id = any($1)
              and not exists (select 1 from applications a where a.id = r.id)
            """,
            row -> row.getString(0),
            (Object) applications.toArray(String[]::new))
        .map(Set::copyOf);
  }

  /** Those of these databases that were removed with their data. */
  public Future<Set<String>> removedDatabases(Collection<String> databases) {
    return database
        .list(
            """
            select id from removed_databases r where id = any($1) and not keep_data
              and not exists (select 1 from databases d where d.id = r.id)
            """,
            row -> row.getString(0),
            (Object) databases.toArray(String[]::new))
        .map(Set::copyOf);
  }

  private static Run run(Row row) {
    return new Run(row.getLong("id"), row.getString("asked_by"), Rows.when(row, "asked_at"));
  }

  private static Duty duty(Row row) {
    return new Duty(
        row.getString("duty"),
        Rows.when(row, "started_at"),
        Rows.at(row, "ended_at"),
        Rows.when(row, "next_at"));
  }

  private static Held held(Row row) {
    return new Held(
        row.getString("duty"),
        row.getString("what"),
        row.getLong("count"),
        row.getLong("bytes"),
        Rows.when(row, "at"));
  }

  private static Result result(Row row) {
    return new Result(
        row.getString("duty"),
        row.getString("what"),
        row.getLong("collected"),
        row.getLong("bytes"),
        row.getLong("took_ms"),
        row.getString("error"),
        Rows.when(row, "at"));
  }
}
