package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.node.Machine;
import dev.slipway.contracts.node.Node;
import dev.slipway.contracts.node.NodeAvailability;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.node.NodeRole;
import dev.slipway.contracts.node.NodeState;
import dev.slipway.contracts.node.NodeWork;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hosts. What is seen of them is written by the leader of the reconcile loop alone, under its
 * lease; what is wanted of them by the gateway.
 */
public final class NodeStore {
  /** Told when something is wanted of a host. */
  public static final String WANTED = "nodes_wanted";

  private static final String SELECT =
      """
      select n.*, jsonb_build_object('hostname', n.hostname, 'address', n.address,
          'engineVersion', n.engine_version, 'cpus', n.cpus, 'memoryBytes', n.memory_bytes)::text as machine
        from nodes n
      """;

  private static final String WRITE_SEEN =
      """
      insert into nodes as n (id, hostname, address, role, leader, state, availability,
          engine_version, cpus, memory_bytes, replicas, lost_at)
        select s.id, s.machine->>'hostname', s.machine->>'address', s.role, s.leader, s.state,
            s.availability, s.machine->>'engineVersion', (s.machine->>'cpus')::int,
            (s.machine->>'memoryBytes')::bigint, s.replicas,
            case when s.state <> 'ready' then now() end
          from jsonb_to_recordset(cast($1::text as jsonb)) as s(id text, machine jsonb, role text,
            leader boolean, state text, availability text, replicas int)
      on conflict (id) do update set
        hostname = excluded.hostname, address = excluded.address, role = excluded.role,
        leader = excluded.leader, state = excluded.state, availability = excluded.availability,
        engine_version = excluded.engine_version, cpus = excluded.cpus,
        memory_bytes = excluded.memory_bytes,
        replicas = excluded.replicas,
        version = n.version + ((n.hostname, n.address, n.role, n.state, n.availability,
            n.engine_version) is distinct from (excluded.hostname, excluded.address,
            excluded.role, excluded.state, excluded.availability, excluded.engine_version))::int,
        last_seen_at = case when excluded.state = 'ready' then now() else n.last_seen_at end,
        lost_at = case when excluded.state = 'ready' then null else coalesce(n.lost_at, now()) end
        -- an idle platform does not write the same again and again
        where n.last_seen_at < now() - interval '30 seconds'
          or (n.hostname, n.address, n.role, n.leader, n.state, n.availability, n.engine_version,
              n.replicas, n.memory_bytes) is distinct from (excluded.hostname, excluded.address,
              excluded.role, excluded.leader, excluded.state, excluded.availability,
              excluded.engine_version, excluded.replicas, excluded.memory_bytes)
      """;

  private final Queries database;

  public NodeStore(Queries database) {
    this.database = database;
  }

  /** A host as a manager shows it, and how many of our tasks it has. */
  public record Seen(
      NodeId id,
      Machine machine,
      NodeRole role,
      boolean leader,
      NodeState state,
      NodeAvailability availability,
      int replicas) {}

  /**
   * A volume and the host that has its data.
   *
   * @param applicationId of a database's server the database's, and {@code name} is {@code
   *     database}
   */
  public record HeldVolume(
      NodeId nodeId, ApplicationId applicationId, String applicationName, String name) {}

  /** The volumes that are bound to a host, by application and name. */
  public Future<List<HeldVolume>> volumes() {
    return database.list(
        """
        select v.node_id, v.application_id, a.name as application_name, v.name
          from volumes v join applications a on a.id = v.application_id
          where not v.leaving and not a.deleting
        union all
        select s.node_id, d.id, d.name, 'database'
          from database_servers s join databases d on d.id = s.database_id
          where s.state in ('filling', 'serving') and not d.deleting
        order by application_name, name
        """,
        row ->
            new HeldVolume(
                new NodeId(row.getString("node_id")),
                new ApplicationId(row.getString("application_id")),
                row.getString("application_name"),
                row.getString("name")));
  }

  /** What time it is for the database. */
  public Future<Instant> clock() {
    return database
        .one("select clock_timestamp() as clock")
        .map(row -> Rows.when(Rows.present(row), "clock"));
  }

  /** All hosts, by their names. */
  public Future<List<Node>> list() {
    return database.list(SELECT + " order by n.hostname, n.id", NodeStore::node);
  }

  /** Those whose replicas are wanted elsewhere, by their ids in the Swarm. */
  public Future<Set<String>> toBeEmptied() {
    return database
        .list(
            "select id from nodes where wanted_availability = $1",
            row -> row.getString(0),
            NodeAvailability.DRAIN.wire())
        .map(Set::copyOf);
  }

  public Future<Node> get(NodeId id) {
    return one(SELECT + " where n.id = $1", id);
  }

  /** Empty: the Swarm has no such host any more. */
  public Future<Optional<Node>> find(NodeId id) {
    return database
        .one(SELECT + " where n.id = $1", NodeStore::node, id.value())
        .map(Optional::ofNullable);
  }

  /** A host whose row nobody else changes until the transaction ends. */
  public Future<Node> held(NodeId id) {
    return one(SELECT + " where n.id = $1 for update", id);
  }

  /**
   * All hosts, whose rows nobody else changes until the transaction ends: for a decision that leans
   * on the others, such as whether it would take the last manager.
   */
  public Future<List<Node>> allHeld() {
    return database.list(SELECT + " order by n.id for update", NodeStore::node);
  }

  private Future<Node> one(String sql, NodeId id) {
    return database
        .one(sql, id.value())
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("node", id.value());
          }
          return node(row);
        });
  }

  /** Writes down what is wanted of a host, in place of what was wanted before. */
  public Future<Void> want(NodeId id, NodeWork.Kind kind, boolean forced, String actor) {
    return database
        .query(
            """
            update nodes set wanted_availability = $2, wanted_removal = $3, wanted_force = $4,
                wanted_by = $5, wanted_at = clock_timestamp(), waiting_for = null,
                version = version + 1
              where id = $1
            """,
            id.value(),
            availability(kind),
            kind == NodeWork.Kind.REMOVE,
            forced,
            actor)
        .mapEmpty();
  }

  private static String availability(NodeWork.Kind kind) {
    return switch (kind) {
      case ACTIVATE -> NodeAvailability.ACTIVE.wire();
      case PAUSE -> NodeAvailability.PAUSE.wire();
      case DRAIN, REMOVE -> NodeAvailability.DRAIN.wire();
    };
  }

  /**
   * Writes down every host of the Swarm; one that is not among them has left it. Fails with {@link
   * dev.slipway.platform.lease.FencedOut} when somebody else leads by now.
   */
  public Future<Void> seen(Lease lease, List<Seen> hosts) {
    String[] present = hosts.stream().map(host -> host.id().value()).toArray(String[]::new);
    return database.transaction(tx ->
        lease
            .guard(tx)
            .compose(held -> tx.query("delete from nodes where not id = any($1)", (Object) present))
            .compose(done -> tx.query(WRITE_SEEN, Json.text(hosts)))
            .mapEmpty());
  }

  /** Tells what the work on a host waits for, unless something else is wanted by now. */
  public Future<Void> waits(Lease lease, Node node, NodeWork work, String waitingFor) {
    return database
        .query(
            """
            update nodes set waiting_for = $3, version = version + 1
              where id = $1 and wanted_at = $2 and waiting_for is distinct from $3 and %s
            """
                .formatted(Lease.CONDITION.formatted("$4", "$5")),
            node.id().value(),
            work.since(),
            waitingFor,
            lease.name(),
            lease.fence())
        .mapEmpty();
  }

  /** What was wanted of a host is done; a newer wish stays. */
  public Future<Void> done(Lease lease, Node node, NodeWork work) {
    return database
        .query(
            """
            update nodes set wanted_availability = null, wanted_removal = false,
                wanted_force = false, wanted_by = null, wanted_at = null, waiting_for = null,
                version = version + 1
              where id = $1 and wanted_at = $2 and %s
            """
                .formatted(Lease.CONDITION.formatted("$3", "$4")),
            node.id().value(),
            work.since(),
            lease.name(),
            lease.fence())
        .mapEmpty();
  }

  private static Node node(Row row) {
    return new Node(
        new NodeId(row.getString("id")),
        Rows.json(row, "machine", Machine.class),
        NodeRole.of(row.getString("role")),
        row.getBoolean("leader"),
        NodeState.of(row.getString("state")),
        NodeAvailability.of(row.getString("availability")),
        row.getInteger("replicas"),
        work(row),
        row.getLong("version"),
        Rows.when(row, "first_seen_at"),
        Rows.when(row, "last_seen_at"),
        Rows.at(row, "lost_at"));
  }

  private static @Nullable NodeWork work(Row row) {
    String wanted = row.getString("wanted_availability");
    if (wanted == null) {
      return null;
    }
    return new NodeWork(
        row.getBoolean("wanted_removal")
            ? NodeWork.Kind.REMOVE
            : NodeWork.Kind.to(NodeAvailability.of(wanted)),
        row.getBoolean("wanted_force"),
        String.valueOf(row.getString("wanted_by")),
        Rows.when(row, "wanted_at"),
        row.getString("waiting_for"));
  }
}
