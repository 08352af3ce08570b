package dev.slipway.platform.saga;

/**
 * The runner's statements. Time is the database's everywhere: clocks of processes do not matter.
 */
final class SagaSql {
  /**
   * $1 kinds, $2 versions, $3 first steps, $4 whether the first step is past the point of no
   * return, $5 owner, $6 lease in ms, $7 how many sagas the owner runs at a time.
   *
   * <p>Interrupted sagas come before waiting ones, those in the order of their places. One that
   * prefers another runner is passed over while that runner looks for work and has room, until its
   * patience ends. Two runners that pick different sagas of one {@code exclusive} meet at the
   * unique index: the second one fails with 23505 and looks again.
   */
  static final String CLAIM =
      """
      WITH known AS (
        SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::boolean[])
          AS k(kind, version, first_step, crossing)),
      here AS (
        INSERT INTO saga_runners (owner, kind, capacity, seen_at)
        SELECT DISTINCT $5, k.kind, $7::int, now() FROM known k
        WHERE NOT EXISTS (SELECT 1 FROM saga_runners r WHERE r.owner = $5 AND r.kind = k.kind
                            AND r.seen_at > now() - interval '4 seconds')
        ON CONFLICT (owner, kind) DO UPDATE SET capacity = excluded.capacity, seen_at = now()),
      elsewhere AS MATERIALIZED (
        SELECT r.owner, r.kind FROM saga_runners r
        WHERE r.owner <> $5 AND r.kind = ANY($1) AND r.seen_at > now() - interval '8 seconds'
          AND r.capacity > (SELECT count(*) FROM sagas b WHERE b.owner = r.owner
                              AND b.kind = r.kind AND b.state IN ('running', 'undoing'))),
      lapsed AS (
        SELECT s.id FROM sagas s JOIN known k ON k.kind = s.kind AND k.version = s.version
        WHERE s.state IN ('running', 'undoing') AND s.lease_until <= now()
        ORDER BY s.seq LIMIT 1 FOR UPDATE OF s SKIP LOCKED),
      heads AS (
        SELECT w.id, w.place FROM known k CROSS JOIN LATERAL (
          SELECT s.id, coalesce(s.place, s.seq) AS place FROM sagas s
          WHERE s.state = 'waiting' AND s.kind = k.kind AND s.version = k.version
            AND NOT EXISTS (SELECT 1 FROM sagas o
                            WHERE o.exclusive = s.exclusive AND o.state IN ('running', 'undoing'))
            AND (s.prefers IS NULL OR s.prefers = $5 OR s.prefers_until <= now()
                 OR (s.prefers, s.kind) NOT IN (SELECT e.owner, e.kind FROM elsewhere e))
          ORDER BY coalesce(s.place, s.seq) LIMIT 1 FOR UPDATE OF s SKIP LOCKED) w
        WHERE NOT EXISTS (SELECT 1 FROM lapsed)),
      next AS (
        SELECT id FROM lapsed UNION ALL (SELECT id FROM heads ORDER BY place LIMIT 1)),
      claimed AS (
        UPDATE sagas s
        SET state = CASE WHEN s.state = 'waiting' THEN 'running' ELSE s.state END,
            owner = $5, ran_on = $5, fence = s.fence + 1,
            lease_until = now() + $6 * interval '1 millisecond',
            started_at = coalesce(s.started_at, now()),
            past_return = s.past_return OR (k.crossing AND NOT s.cancel_requested)
        FROM next, known k WHERE s.id = next.id AND k.kind = s.kind AND k.version = s.version
        RETURNING s.*, k.first_step),
      begun AS (
        INSERT INTO saga_steps (saga_id, n, name, state)
        SELECT id, 0, first_step, 'running' FROM claimed
        WHERE state = 'running' AND NOT cancel_requested
          AND NOT EXISTS (SELECT 1 FROM saga_steps t WHERE t.saga_id = claimed.id)
        ON CONFLICT DO NOTHING
        RETURNING name)
      SELECT c.id, c.fence, c.kind, c.version, c.subject, c.input::text AS input, c.state,
             c.cancel_requested, c.past_return, c.error::text AS error,
             (SELECT name FROM begun) AS begun,
             saga_journal(c.id) AS steps
      FROM claimed c
      """;

  static final String INHERIT =
      """
      UPDATE sagas SET lease_until = now()
      WHERE owner = $1 AND kind = ANY($2) AND state IN ('running', 'undoing') AND lease_until > now()
      """;

  /** A runner that stops: nothing is left to it any more. */
  static final String LEAVE = "DELETE FROM saga_runners WHERE owner = $1 AND kind = ANY($2)";

  static final String HEARTBEAT =
      """
      UPDATE sagas s SET lease_until = now() + $3 * interval '1 millisecond'
      FROM unnest($1::text[], $2::bigint[]) AS mine(id, fence)
      WHERE s.id = mine.id AND s.fence = mine.fence AND s.state IN ('running', 'undoing')
      RETURNING s.id, s.cancel_requested AND NOT s.past_return AS cancelled
      """;

  static final String RELEASE =
      """
      UPDATE sagas s SET lease_until = now(), owner = NULL
      FROM unnest($1::text[], $2::bigint[]) AS mine(id, fence)
      WHERE s.id = mine.id AND s.fence = mine.fence AND s.state IN ('running', 'undoing')
      """;

  private static final String MINE =
      """
      WITH mine AS (
        UPDATE sagas SET lease_until = now() + $3 * interval '1 millisecond'
        WHERE id = $1 AND fence = $2 AND state IN ('running', 'undoing') RETURNING id)
      """;

  /**
   * $4 ended step, $5 its output, $6 begun step, $7 its name, $8 whether that is past the point of
   * no return.
   */
  static final String CHECKPOINT =
      """
      WITH mine AS (
        UPDATE sagas SET lease_until = now() + $3 * interval '1 millisecond',
                         past_return = past_return OR ($8 AND NOT cancel_requested)
        WHERE id = $1 AND fence = $2 AND state = 'running'
        RETURNING id, cancel_requested, past_return),
      ended AS (
        UPDATE saga_steps t
        SET state = 'done', output = $5::text::jsonb, ended_at = clock_timestamp()
        FROM mine WHERE t.saga_id = mine.id AND t.n = $4::int),
      begun AS (
        INSERT INTO saga_steps (saga_id, n, name, state, started_at)
        SELECT id, $6::int, $7::text, 'running', clock_timestamp() FROM mine
        WHERE $6::int IS NOT NULL AND (past_return OR NOT cancel_requested)
        ON CONFLICT (saga_id, n) DO UPDATE SET state = 'running', attempt = saga_steps.attempt + 1
        RETURNING attempt)
      SELECT cancel_requested, past_return, coalesce((SELECT attempt FROM begun), 0) AS attempt FROM mine
      """;

  static final String ATTEMPT_FAILED =
      MINE
          + """
          UPDATE saga_steps t SET attempt = attempt + 1, error = $5::text::jsonb
          FROM mine WHERE t.saga_id = mine.id AND t.n = $4
          """;

  /** $4 the step that ran, $5 its state, $6 the error. */
  static final String TURN_BACK =
      """
      WITH mine AS (
        UPDATE sagas SET lease_until = now() + $3 * interval '1 millisecond', state = 'undoing',
                         error = $6::text::jsonb
        WHERE id = $1 AND fence = $2 AND state = 'running' RETURNING id),
      stopped AS (
        UPDATE saga_steps t SET state = $5, error = $6::text::jsonb, ended_at = clock_timestamp()
        FROM mine WHERE t.saga_id = mine.id AND t.n = $4::int)
      SELECT id FROM mine
      """;

  static final String UNDONE =
      MINE
          + """
          UPDATE saga_steps t
          SET undone = true, state = CASE WHEN t.state = 'done' THEN 'undone' ELSE t.state END
          FROM mine WHERE t.saga_id = mine.id AND t.n = $4
          """;

  static final String FINISH =
      """
      WITH mine AS (
        UPDATE sagas SET state = $3, error = coalesce($4::text::jsonb, error), owner = NULL,
                         lease_until = NULL, ended_at = clock_timestamp(),
                         parked_from = CASE WHEN $3 = 'stuck' THEN state END
        WHERE id = $1 AND fence = $2 AND state IN ('running', 'undoing') RETURNING id),
      stopped AS (
        UPDATE saga_steps t
        SET state = 'failed', error = coalesce($4::text::jsonb, t.error), ended_at = clock_timestamp()
        FROM mine WHERE t.saga_id = mine.id AND t.state = 'running')
      SELECT id FROM mine
      """;

  /** $7 the saga that ends: a cancel request that it accepted too late to stop goes on with it. */
  static final String HANDED_OVER =
      """
      INSERT INTO sagas (id, kind, version, subject, exclusive, input, state, lease_until, started_at,
                         cancel_requested)
      SELECT $1, $2, $3::int, $4, $5, $6::text::jsonb, 'running', now(), now(), s.cancel_requested
      FROM sagas s WHERE s.id = $7
      """;

  private SagaSql() {}
}
