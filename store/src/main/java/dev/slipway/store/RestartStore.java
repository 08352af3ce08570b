package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.platform.pg.Database;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** Replicas that a process of their own node shall end, so that Swarm starts fresh ones. */
public final class RestartStore {
  /** Told when something was asked of a node; says which. */
  public static final String ASKED = "node_asked";

  private final Database database;

  public RestartStore(Database database) {
    this.database = database;
  }

  /** A replica that is to be ended. */
  public record Restart(String containerId, ApplicationId applicationId, String reason) {}

  /** Asks a node to end one of its containers; asking twice is asking once. */
  public Future<Void> ask(
      String nodeId, String containerId, ApplicationId application, String reason) {
    return database.transaction(tx ->
        tx.query(
                """
                insert into replica_restarts(container_id, node_id, application_id, reason)
                  values ($1, $2, $3, $4) on conflict do nothing
                """,
                containerId,
                nodeId,
                application.value(),
                reason)
            .compose(done -> tx.notifyChannel(ASKED, nodeId)));
  }

  /** What a node was asked for, oldest first. */
  public Future<List<Restart>> of(String nodeId) {
    return database.list(
        """
        select container_id, application_id, reason from replica_restarts where node_id = $1
          order by asked_at
        """,
        row -> new Restart(row.getString(0), new ApplicationId(row.getString(1)), row.getString(2)),
        nodeId);
  }

  /** It was done, or is not needed any more. */
  public Future<Void> done(String containerId) {
    return database
        .query("delete from replica_restarts where container_id = $1", containerId)
        .mapEmpty();
  }

  /** Applications for whose replica nobody has done what was asked for so long. */
  public Future<List<Restart>> neglected(Duration since) {
    return database.list(
        """
        select container_id, application_id, reason from replica_restarts
          where asked_at < now() - $1 * interval '1 millisecond'
        """,
        row -> new Restart(row.getString(0), new ApplicationId(row.getString(1)), row.getString(2)),
        since.toMillis());
  }
}
