package dev.slipway.store;

import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseStatus;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.pg.Queries;
import dev.slipway.store.DatabaseServerStore.Server;
import dev.slipway.store.DatabaseServerStore.State;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** What the reconcile loop compares and writes of databases. Every write carries its lease. */
public final class DatabaseUpkeep {
  private final Queries database;

  public DatabaseUpkeep(Queries database) {
    this.database = database;
  }

  /** A database that is wanted, and its server that serves. */
  public record Wanted(ProjectDatabase database, Server server) {}

  /** Databases of ours that nobody works on, with the server that serves. */
  public Future<List<Wanted>> idle() {
    return database.list(
        """
        select d.*, d.config::text as config_text, d.failure::text as failure_text,
            s.generation as s_generation, s.version as s_version, s.image, s.service, s.volume,
            s.node_id as s_node, s.state, s.created_at as s_created, s.replaced_at
          from databases d
          join database_servers s on s.database_id = d.id and s.state = 'serving'
          where d.external_host is null and not d.deleting and not exists (
            select 1 from database_work w
              where w.database_id = d.id and w.status in ('pending', 'running'))
          order by d.id
        """,
        row ->
            new Wanted(
                DatabaseStore.read(row),
                new Server(
                    new DatabaseId(row.getString("id")),
                    row.getInteger("s_generation"),
                    row.getString("s_version"),
                    row.getString("image"),
                    row.getString("service"),
                    row.getString("volume"),
                    row.getString("s_node"),
                    DatabaseServerStore.state(row),
                    Rows.when(row, "s_created"),
                    Rows.at(row, "replaced_at"))));
  }

  /** What is seen of it, unless somebody works on it. */
  public Future<Void> seen(Lease lease, DatabaseId id, DatabaseStatus status) {
    return database.transaction(tx ->
        lease
            .guard(tx)
            .compose(held ->
                tx.query(
                    """
                    update databases set status = $2 where id = $1 and status <> $2
                      and not exists (select 1 from database_work w
                        where w.database_id = $1 and w.status in ('pending', 'running'))
                    """,
                    id.value(),
                    status.wire()))
            .mapEmpty());
  }

  /**
   * Former servers are not kept any longer than this.
   *
   * @return those whose services are to be removed; their volumes go with {@link State#LEAVING}
   */
  public Future<List<Server>> outlived(Lease lease, Duration kept) {
    return database
        .one(
            """
            select 1 from database_servers where state = 'former'
              and replaced_at < now() - $1 * interval '1 millisecond' limit 1
            """,
            kept.toMillis())
        .compose(some ->
            some == null
                ? Future.succeededFuture(List.of())
                : database.transaction(tx -> lease.guard(tx).compose(held -> leaving(tx, kept))));
  }

  private static Future<List<Server>> leaving(Queries tx, Duration kept) {
    return tx.list(
        """
        update database_servers set state = 'leaving' where state = 'former'
          and replaced_at < now() - $1 * interval '1 millisecond' returning *
        """,
        DatabaseServerStore::read,
        kept.toMillis());
  }
}
