package dev.slipway.store;

import dev.slipway.platform.bus.Json;
import dev.slipway.platform.cluster.ProcessRegister;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The platform's processes as they describe themselves, the ingresses among them. */
public final class ProcessStore implements ProcessRegister {
  /** What a dead process leaves behind is shown for so long. */
  private static final int KEPT_HOURS = 24;

  private final Queries database;

  public ProcessStore(Queries database) {
    this.database = database;
  }

  /**
   * A process.
   *
   * @param nodeId the Swarm node of its engine; null when it has none
   * @param address where the cluster's other members reach it; null when it is in no cluster
   * @param managementPort where it answers {@code /ready}; 0 when nowhere
   * @param alive its last word is younger than {@link ProcessRegister#ALIVE_SECONDS}
   * @param load null for an ingress, which tells its own port
   * @param startedAt null when it was not told
   */
  public record Process(
      String id,
      String role,
      @Nullable String version,
      @Nullable String host,
      @Nullable String nodeId,
      @Nullable String address,
      int managementPort,
      boolean ready,
      boolean draining,
      boolean alive,
      @Nullable Load load,
      @Nullable Instant startedAt,
      Instant heartbeatAt) {}

  @Override
  public Future<String> installationOr(String candidate) {
    return new InstallationStore(database).idOr(candidate);
  }

  @Override
  public Future<Void> beat(Beat beat) {
    return database
        .query(
            """
            insert into processes(id, role, version, host, node_id, address, management_port, ready,
                draining, load)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9, cast($10::text as jsonb))
              on conflict (id) do update set role = $2, version = $3, host = $4, node_id = $5,
                address = $6, management_port = $7, ready = $8, draining = $9,
                load = cast($10::text as jsonb), heartbeat_at = now()
            """,
            beat.self().id(),
            beat.self().role(),
            beat.self().version(),
            beat.self().host(),
            beat.nodeId(),
            beat.address(),
            beat.managementPort(),
            beat.ready(),
            beat.draining(),
            Json.text(beat.load()))
        .mapEmpty();
  }

  /**
   * A process begins: its row starts anew, and the rows of those that died long ago go. To be
   * called before the first {@link #beat}.
   */
  @Override
  public Future<Void> arrive(String id) {
    return database
        .query(
            """
            delete from processes
              where id = $1 or heartbeat_at < now() - make_interval(hours => $2)
            """,
            id,
            KEPT_HOURS)
        .mapEmpty();
  }

  @Override
  public Future<Void> leave(String id) {
    return database.query("delete from processes where id = $1", id).mapEmpty();
  }

  @Override
  public Future<List<String>> othersAlive(String id) {
    return database.list(
        """
        select address from processes
          where id <> $1 and address is not null and not draining
            and heartbeat_at > now() - make_interval(secs => $2)
          order by address
        """,
        row -> row.getString("address"),
        id,
        (double) ALIVE_SECONDS);
  }

  /** Everybody who has been heard of, the dead of the last day included; by role, then by id. */
  public Future<List<Process>> all() {
    return database.list(
        """
        select id, role, version, host, node_id, address, management_port, ready, draining,
            load::text as load, started_at, heartbeat_at,
            heartbeat_at > now() - make_interval(secs => $1) as alive
          from processes
        union all
        select id, 'ingress', version, host, null, null, 0, true, false,
            null, started_at, heartbeat_at,
            heartbeat_at > now() - make_interval(secs => $2) as alive
          from ingresses
        order by role, id
        """,
        ProcessStore::process,
        (double) ALIVE_SECONDS,
        (double) RouteStore.ALIVE_SECONDS);
  }

  /** How many processes of a role are alive and ready. */
  public Future<Integer> ready(String role) {
    return database
        .one(
            """
            select count(*)::int from processes
              where role = $1 and ready and heartbeat_at > now() - make_interval(secs => $2)
            """,
            role,
            (double) ALIVE_SECONDS)
        .map(row -> Rows.present(row).getInteger(0));
  }

  private static Process process(Row row) {
    boolean alive = row.getBoolean("alive");
    return new Process(
        row.getString("id"),
        row.getString("role"),
        row.getString("version"),
        row.getString("host"),
        row.getString("node_id"),
        row.getString("address"),
        row.getInteger("management_port"),
        alive && row.getBoolean("ready"),
        row.getBoolean("draining"),
        alive,
        Rows.jsonOrNull(row, "load", Load.class),
        Rows.at(row, "started_at"),
        Rows.when(row, "heartbeat_at"));
  }
}
