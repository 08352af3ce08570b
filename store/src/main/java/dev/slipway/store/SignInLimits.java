package dev.slipway.store;

import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * How often something may be tried, counted in the database and so for all gateways together: a
 * burst first, then one try at a time (the generic cell rate algorithm, one row and one statement).
 */
public final class SignInLimits {
  private final Queries database;

  public SignInLimits(Queries database) {
    this.database = database;
  }

  /**
   * How often.
   *
   * @param burst tries that may come at once, 1 or more
   * @param pace after those, one try each
   */
  public record Limit(int burst, Duration pace) {}

  /**
   * Takes one try; several at once from several gateways never take more than there are.
   *
   * @return seconds to wait until there is one; 0: it was taken
   */
  public Future<Long> take(String subject, Limit limit) {
    double pace = limit.pace().toMillis() / 1000.0;
    return database
        .one(
            """
            insert into sign_in_limits(subject, due_at) values ($1, now() + make_interval(secs => $2))
              on conflict (subject) do update
                set due_at = greatest(sign_in_limits.due_at, now()) + make_interval(secs => $2)
                where sign_in_limits.due_at <= now() + make_interval(secs => $3)
              returning subject
            """,
            subject,
            pace,
            pace * (limit.burst() - 1))
        .compose(row -> row != null ? forgetOld() : wait(subject, pace * (limit.burst() - 1)));
  }

  private Future<Long> wait(String subject, double burst) {
    return database
        .one(
            """
            select ceil(extract(epoch from due_at - now()) - $2::float8)::bigint
              from sign_in_limits where subject = $1
            """,
            subject,
            burst)
        .map(row -> row == null ? 1L : Math.max(1L, row.getLong(0)));
  }

  /** It was no guess: what it took is given back, all at once. */
  public Future<Void> forgive(String subject) {
    return database.query("delete from sign_in_limits where subject = $1", subject).mapEmpty();
  }

  /** A few at a time, so that strangers' names do not fill the table. */
  private Future<Long> forgetOld() {
    return database
        .query(
            """
            delete from sign_in_limits where subject in (
              select subject from sign_in_limits where due_at < now() order by due_at limit 10)
            """)
        .map(0L);
  }
}
