package dev.slipway.store;

import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.pg.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Which containers stand still for a backup. A row is there before its container is paused, and
 * until it runs again: so what a killed process left paused is found.
 */
public final class PauseStore {
  private final Database database;

  public PauseStore(Database database) {
    this.database = database;
  }

  /**
   * A container that stands still, or is about to.
   *
   * @param fence of the attempt that paused it
   */
  public record Paused(String containerId, String sagaId, long fence) {}

  /**
   * Notes what an attempt is about to pause.
   *
   * @param nodeId where they run
   * @param longest after which they go on, by the database's clock
   */
  public Future<Void> note(Fence fence, String nodeId, List<String> containers, Duration longest) {
    return database.transaction(tx ->
        fence
            .guard(tx)
            .compose(held ->
                tx.query(
                    """
                    insert into paused_containers(container_id, node_id, saga_id, fence, ends_at)
                      select id, $2, $3, $4, now() + $5 * interval '1 millisecond'
                        from unnest($1::text[]) as id
                      on conflict (container_id) do update set saga_id = excluded.saga_id,
                        fence = excluded.fence, ends_at = excluded.ends_at
                    """,
                    containers.toArray(String[]::new),
                    nodeId,
                    fence.sagaId(),
                    fence.number(),
                    longest.toMillis()))
            .mapEmpty());
  }

  /** What this attempt of a saga paused, and those before it. */
  public Future<List<Paused>> by(Fence fence) {
    return database.list(
        "select * from paused_containers where saga_id = $1 and fence <= $2",
        PauseStore::paused,
        fence.sagaId(),
        fence.number());
  }

  /** What stands still on a node for nobody any more, or for too long. */
  public Future<List<Paused>> abandoned(String nodeId) {
    return database.list(
        """
        select * from paused_containers p where node_id = $1 and (ends_at < now()
          or not exists (select 1 from sagas s where s.id = p.saga_id and s.fence = p.fence
            and s.state in ('running', 'undoing') and s.lease_until > now()))
        """,
        PauseStore::paused,
        nodeId);
  }

  /** The containers of a node that a row tells of. */
  public Future<Set<String>> noted(String nodeId) {
    return database
        .list(
            "select container_id from paused_containers where node_id = $1",
            row -> row.getString(0),
            nodeId)
        .map(Set::copyOf);
  }

  /** It runs again, or is gone. */
  public Future<Void> goesOn(Paused container) {
    return database
        .query(
            "delete from paused_containers where container_id = $1 and saga_id = $2 and fence = $3",
            container.containerId(),
            container.sagaId(),
            container.fence())
        .mapEmpty();
  }

  private static Paused paused(Row row) {
    return new Paused(
        row.getString("container_id"), row.getString("saga_id"), row.getLong("fence"));
  }
}
