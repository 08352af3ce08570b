package dev.slipway.platform.lease;

import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * The leases of this installation, judged by the database's clock. Each call is one statement, so
 * that whoever calls at the same time meets at one row.
 */
public final class Leases {
  private final Queries database;
  private final String owner;

  /**
   * The leases as seen by one process.
   *
   * @param owner a name that no two living processes share: what is still held under it was left by
   *     a killed predecessor and may be claimed at once
   */
  public Leases(Database database, String owner) {
    this.database = database;
    this.owner = owner;
  }

  /** Claims what is free, has run out, or was left by a predecessor; empty when another owns it. */
  public Future<Optional<Lease>> claim(String name, Duration lasts) {
    return database
        .one(
            """
            INSERT INTO leases AS l (name, owner, fence, lease_until)
              VALUES ($1, $2, 1, now() + $3 * interval '1 millisecond')
            ON CONFLICT (name) DO UPDATE
              SET owner = $2, fence = l.fence + 1,
                  lease_until = now() + $3 * interval '1 millisecond'
              WHERE l.owner IS NULL OR l.owner = $2 OR l.lease_until <= now()
            RETURNING l.fence
            """,
            name,
            owner,
            lasts.toMillis())
        .map(row -> row == null ? Optional.empty() : Optional.of(new Lease(name, row.getLong(0))));
  }

  /** Owns it for so much longer; false when somebody else does by now. */
  public Future<Boolean> renew(Lease lease, Duration lasts) {
    return database
        .update(
            """
            UPDATE leases SET lease_until = now() + $3 * interval '1 millisecond'
            WHERE name = $1 AND fence = $2 AND owner IS NOT NULL
            """,
            lease.name(),
            lease.fence(),
            lasts.toMillis())
        .map(rows -> rows == 1);
  }

  /** Gives it back, so that another one need not wait; nothing happens when it was lost already. */
  public Future<Void> release(Lease lease) {
    return database
        .update(
            """
            UPDATE leases SET owner = NULL, lease_until = now() WHERE name = $1 AND fence = $2
            """,
            lease.name(),
            lease.fence())
        .mapEmpty();
  }
}
