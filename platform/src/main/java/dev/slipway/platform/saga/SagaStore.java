package dev.slipway.platform.saga;

import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What others may do with sagas: submit them inside their own transaction, cancel them, and read
 * their journal. Ring the runner after the commit.
 */
public final class SagaStore {
  private static final String SUBMIT =
      """
      INSERT INTO sagas (id, kind, version, subject, exclusive, input)
      VALUES ($1, $2, $3, $4, $5, $6::text::jsonb)
      ON CONFLICT (id) DO NOTHING
      """;

  /**
   * One update, so that it judges each saga as it is when its row is ours: a saga claimed at that
   * very moment is asked to stop, not missed.
   */
  private static final String CANCEL =
      """
      WITH open AS (
        UPDATE sagas
        SET state = CASE WHEN state = 'waiting' THEN 'cancelled' ELSE state END,
            ended_at = CASE WHEN state = 'waiting' THEN now() ELSE ended_at END,
            cancel_requested = cancel_requested OR state = 'waiting'
                               OR (state = 'running' AND NOT past_return)
        WHERE subject = $1 AND state IN ('waiting', 'running', 'undoing')
        RETURNING state, past_return)
      SELECT count(*) FILTER (WHERE state = 'cancelled') AS dropped,
             count(*) FILTER (WHERE state = 'running' AND NOT past_return) AS asked,
             count(*) FILTER (WHERE state = 'undoing') AS undoing,
             count(*) AS open
      FROM open
      """;

  private static final String SUPERSEDE =
      """
      WITH withdrawn AS (
        UPDATE sagas SET state = 'cancelled', ended_at = now()
        WHERE exclusive = $5 AND state = 'waiting' AND id <> $1
        RETURNING subject, coalesce(place, seq) AS place),
      submitted AS (
        INSERT INTO sagas (id, kind, version, subject, exclusive, input, place, prefers, prefers_until)
        SELECT $1, $2, $3::int, $4, $5, $6::text::jsonb, (SELECT min(place) FROM withdrawn),
               home.owner, now() + $7 * interval '1 millisecond'
        FROM (SELECT 1) AS one LEFT JOIN LATERAL (
          SELECT b.ran_on AS owner FROM sagas b
          WHERE b.exclusive = $5 AND b.kind = $2 AND b.ran_on IS NOT NULL AND $7 > 0
          ORDER BY b.seq DESC LIMIT 1) AS home ON true
        ON CONFLICT (id) DO NOTHING)
      SELECT subject FROM withdrawn
      """;

  private static final String POSITION =
      """
      SELECT 1 + (SELECT count(*) FROM sagas w WHERE w.state = 'waiting' AND w.kind = s.kind
                    AND coalesce(w.place, w.seq) < coalesce(s.place, s.seq)) AS position
      FROM sagas s WHERE s.subject = $1 AND s.state = 'waiting' ORDER BY s.seq LIMIT 1
      """;

  private static final String RESUME =
      """
      WITH parked AS (
        SELECT id, coalesce(parked_from, CASE WHEN past_return THEN 'running' ELSE 'undoing' END)
                     AS goes_on
        FROM sagas WHERE subject = $1 AND state = 'stuck' ORDER BY seq DESC LIMIT 1 FOR UPDATE),
      forgotten AS (
        DELETE FROM saga_steps t USING parked
        WHERE t.saga_id = parked.id AND parked.goes_on = 'running' AND $2),
      again AS (
        UPDATE saga_steps t SET attempt = 0 FROM parked
        WHERE t.saga_id = parked.id AND t.state = 'failed' AND NOT (parked.goes_on = 'running' AND $2)),
      resumed AS (
        UPDATE sagas s
        SET state = parked.goes_on, owner = NULL, lease_until = now(), ended_at = NULL,
            error = CASE WHEN parked.goes_on = 'undoing' THEN s.error END,
            past_return = s.past_return AND NOT (parked.goes_on = 'running' AND $2)
        FROM parked WHERE s.id = parked.id)
      SELECT goes_on FROM parked
      """;

  private static final String STEPS =
      """
      SELECT s.kind, t.name, t.state, t.attempt, t.error::text AS error, t.started_at, t.ended_at
      FROM sagas s JOIN saga_steps t ON t.saga_id = s.id
      WHERE s.subject = $1 ORDER BY s.seq, t.n
      """;

  private SagaStore() {}

  /** Adds a waiting saga; false when one with that id is there already. */
  public static Future<Boolean> submit(Queries queries, NewSaga saga) {
    return queries
        .update(
            SUBMIT,
            saga.id(),
            saga.kind(),
            saga.version(),
            saga.subject(),
            saga.exclusive(),
            Json.text(saga.input()))
        .map(rows -> rows == 1);
  }

  /**
   * Adds a waiting saga in the place of what waits for the same {@code exclusive}: that is
   * cancelled, and its place in line is inherited, so that asking often never means waiting longer.
   *
   * @param affinity for how long the runner that ran the last saga of this kind and {@code
   *     exclusive} is preferred, while it looks for work and has room; zero for not at all
   * @return the subjects of the sagas withdrawn
   */
  public static Future<List<String>> supersede(Queries queries, NewSaga saga, Duration affinity) {
    return queries.list(
        SUPERSEDE,
        row -> row.getString("subject"),
        saga.id(),
        saga.kind(),
        saga.version(),
        saga.subject(),
        saga.exclusive(),
        Json.text(saga.input()),
        affinity.toMillis());
  }

  /**
   * Takes a stuck saga of this subject up again: forward from the step that failed, or backwards
   * from the undo that did. Fails as the unique index does when another saga of the same {@code
   * exclusive} is at work.
   *
   * @param fromTheStart whether a saga that goes forward begins anew, with an empty journal: for
   *     when what its steps made may be gone. It may turn back again then.
   * @return {@code running} or {@code undoing}; null when none is stuck
   */
  public static Future<@Nullable String> resume(
      Queries queries, String subject, boolean fromTheStart) {
    return queries.one(RESUME, row -> row.getString("goes_on"), subject, fromTheStart);
  }

  /** Cancels what waits or runs for a subject, as far as that is still possible. */
  public static Future<CancelOutcome> cancel(Queries queries, String subject) {
    return queries.query(CANCEL, subject).map(rows -> outcome(rows.iterator().next()));
  }

  private static CancelOutcome outcome(Row row) {
    if (row.getLong("open") == 0) {
      return CancelOutcome.NOTHING_OPEN;
    }
    if (row.getLong("asked") > 0 || row.getLong("undoing") > 0) {
      return CancelOutcome.REQUESTED;
    }
    return row.getLong("dropped") == row.getLong("open").longValue()
        ? CancelOutcome.NEVER_RAN
        : CancelOutcome.TOO_LATE;
  }

  /** 1 for the saga of its kind that is next in line; null when the subject does not wait. */
  public static Future<@Nullable Integer> queuePosition(Queries queries, String subject) {
    return queries.one(POSITION, row -> row.getLong("position").intValue(), subject);
  }

  /** The journal of a subject: every step that was begun, over all its sagas, in order. */
  public static Future<List<StepRow>> steps(Queries queries, String subject) {
    return queries.list(STEPS, SagaStore::step, subject);
  }

  private static StepRow step(Row row) {
    String error = row.getString("error");
    return new StepRow(
        row.getString("kind"),
        row.getString("name"),
        row.getString("state"),
        row.getInteger("attempt"),
        error == null ? null : Json.read(error, StepFailure.class),
        row.getOffsetDateTime("started_at").toInstant(),
        instant(row.getOffsetDateTime("ended_at")));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime at) {
    return at == null ? null : at.toInstant();
  }
}
