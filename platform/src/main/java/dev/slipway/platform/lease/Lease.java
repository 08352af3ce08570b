package dev.slipway.platform.lease;

import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;

/**
 * A named thing that one process owns for a while. Like a {@link Fence}, for what is no saga.
 *
 * @param name what is owned, such as {@code reconcile} or {@code node:<id>}
 * @param fence 1 or more; goes up with every new owner, so only the newest is valid
 */
public record Lease(String name, long fence) {

  /**
   * {@code EXISTS (…)} with two holes for the positions of {@link #name} and {@link #fence}. It
   * asks for the fence alone: a lease that has run out is still its owner's until somebody else
   * claims it, and then the number is another. It holds the row as {@link Fence#CONDITION} does.
   */
  public static final String CONDITION =
      "EXISTS (SELECT 1 FROM leases WHERE name = %s AND fence = %s AND owner IS NOT NULL FOR SHARE)";

  /**
   * Holds the lease's row until the transaction ends, so that nobody can take it over in between.
   * Fails with {@link FencedOut} when somebody has.
   */
  public Future<Void> guard(Queries transaction) {
    return transaction
        .query(
            "SELECT 1 FROM leases WHERE name = $1 AND fence = $2 AND owner IS NOT NULL FOR UPDATE",
            name,
            fence)
        .compose(rows ->
            rows.size() == 1 ? Future.succeededFuture() : Future.failedFuture(new FencedOut(this)));
  }

  /** One look whether it is still the newest; fails with {@link FencedOut} when it is not. */
  public Future<Void> prove(Queries database) {
    return database
        .one("SELECT 1 WHERE " + CONDITION.formatted("$1", "$2"), name, fence)
        .compose(row ->
            row != null ? Future.succeededFuture() : Future.failedFuture(new FencedOut(this)));
  }
}
