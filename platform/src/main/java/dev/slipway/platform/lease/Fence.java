package dev.slipway.platform.lease;

import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;

/**
 * Proof of ownership: the number goes up each time a saga changes hands, and a write that carries
 * an older one touches no row. Stores put {@link #CONDITION} into their statement, or {@link
 * #guard} the transaction.
 *
 * @param sagaId the saga whose owner writes
 * @param number 1 or more; only the newest is valid
 */
public record Fence(String sagaId, long number) {

  /**
   * {@code EXISTS (…)} with two holes for the positions of {@link #sagaId} and {@link #number}:
   * {@code Fence.CONDITION.formatted("$3", "$4")}. It holds the row until the statement's end:
   * looked at without a lock, a write that waits for another row would land after its owner was
   * replaced.
   */
  public static final String CONDITION =
      "EXISTS (SELECT 1 FROM sagas WHERE id = %s AND fence = %s"
          + " AND state IN ('running', 'undoing') FOR SHARE)";

  /**
   * Holds the saga's row until the transaction ends, so that nobody can take it over in between.
   * Fails with {@link FencedOut} when somebody has.
   */
  public Future<Void> guard(Queries transaction) {
    return transaction
        .query(
            "SELECT 1 FROM sagas WHERE id = $1 AND fence = $2 AND state IN ('running', 'undoing')"
                + " FOR UPDATE",
            sagaId,
            number)
        .compose(rows ->
            rows.size() == 1 ? Future.succeededFuture() : Future.failedFuture(new FencedOut(this)));
  }

  /** One look whether it is still the newest; fails with {@link FencedOut} when it is not. */
  public Future<Void> prove(Queries database) {
    return database
        .one("SELECT 1 WHERE " + CONDITION.formatted("$1", "$2"), sagaId, number)
        .compose(row ->
            row != null ? Future.succeededFuture() : Future.failedFuture(new FencedOut(this)));
  }

  /** For a fenced write: fails with {@link FencedOut} when it touched no row. */
  public Future<Void> mustHaveWritten(int rows) {
    return rows > 0 ? Future.succeededFuture() : Future.failedFuture(new FencedOut(this));
  }
}
