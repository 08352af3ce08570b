package dev.slipway.store;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;

/** Names of applications and databases: one room, for they are host names beside each other. */
final class Names {
  private Names() {}

  /**
   * Holds a name until the transaction ends, so that of two who want it for an application and for
   * a database one comes second.
   *
   * @throws Problem {@code name_taken}
   */
  static Future<Void> free(Queries tx, String name) {
    return tx.query("select pg_advisory_xact_lock(hashtextextended('name:' || $1, 0))", name)
        .compose(held ->
            tx.one(
                """
                select 'An application' as what from applications where name = $1
                  union all select 'A database' from databases where name = $1
                """,
                row -> row.getString("what"),
                name))
        .compose(what ->
            what == null ? Future.succeededFuture() : Future.failedFuture(taken(what, name)));
  }

  private static Problem taken(String what, String name) {
    return Problem.conflict(
        "name_taken",
        what + " named '" + name + "' exists already.",
        "Choose another name; names are unique in the installation because they are host names.");
  }
}
