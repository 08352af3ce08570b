package dev.slipway.platform.saga;

import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
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

  private static final String POSITION =
      """
      SELECT 1 + (SELECT count(*) FROM sagas w
                  WHERE w.state = 'waiting' AND w.kind = s.kind AND w.seq < s.seq) AS position
      FROM sagas s WHERE s.subject = $1 AND s.state = 'waiting' ORDER BY s.seq LIMIT 1
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
