package dev.slipway.store;

import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseStatus;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The servers of databases: one generation after the other, where the data of each lies and which
 * of them serves. What a saga writes carries its fence.
 */
public final class DatabaseServerStore {
  private final Queries database;

  public DatabaseServerStore(Queries database) {
    this.database = database;
  }

  /**
   * What a server is to its database.
   *
   * <pre>
   *   filling --> serving --> former --> leaving --> removed
   *      |                                  ^
   *      +----------------------------------+
   * </pre>
   */
  public enum State {
    FILLING,
    SERVING,
    /** Stopped, its data kept as the way back. */
    FORMER,
    /** Its volume is to be removed by a process of its node. */
    LEAVING,
    REMOVED;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One server.
   *
   * @param image what runs, as the engine was told
   * @param service the Swarm service
   * @param volume as the engine calls it
   * @param nodeId where the volume lies
   * @param replacedAt since when another one serves; null before
   */
  public record Server(
      DatabaseId databaseId,
      int generation,
      String version,
      String image,
      String service,
      String volume,
      String nodeId,
      State state,
      Instant createdAt,
      @Nullable Instant replacedAt) {}

  /**
   * The name on the project's network under which a server is found, whether it serves or not. The
   * one that serves is found under the database's name besides.
   */
  public static String hostName(String database, int generation) {
    return database + "-g" + generation;
  }

  /** All servers of a database, the newest first, those included whose data are gone. */
  public Future<List<Server>> of(DatabaseId id) {
    return database.list(
        "select * from database_servers where database_id = $1 order by generation desc",
        DatabaseServerStore::read,
        id.value());
  }

  /** The server that serves; null before the first did. */
  public Future<@Nullable Server> serving(DatabaseId id) {
    return database.one(
        "select * from database_servers where database_id = $1 and state = 'serving'",
        DatabaseServerStore::read,
        id.value());
  }

  /** The servers of all databases that may have pieces on an engine. */
  public Future<List<Server>> present() {
    return database.list(
        """
        select * from database_servers where state in ('filling', 'serving', 'former')
          order by database_id, generation
        """,
        DatabaseServerStore::read);
  }

  /** How many servers have their data on each node. */
  public Future<Map<String, Long>> perNode() {
    return database
        .list(
            """
            select node_id, count(*) from database_servers
              where state in ('filling', 'serving', 'former') group by node_id
            """,
            row -> Map.entry(row.getString(0), row.getLong(1)))
        .map(rows -> Map.ofEntries(rows.toArray(Map.Entry[]::new)));
  }

  /** The projects that have databases of ours: their networks are needed. */
  public Future<List<String>> projects() {
    return database.list(
        "select distinct project_id from databases where external_host is null",
        row -> row.getString(0));
  }

  /** Another database's external port on a node; null when the port is free as far as we know. */
  public Future<@Nullable String> portTaken(DatabaseId id, String nodeId, int port) {
    return database.one(
        """
        select name from databases where node_id = $2 and id <> $1 and not deleting
          and external_host is null and (config->>'externalPort')::int = $3 limit 1
        """,
        row -> row.getString(0),
        id.value(),
        nodeId,
        port);
  }

  // ---- what a saga writes

  /** A server is about to be filled; one that is noted already stays as it is. */
  public Future<Void> filling(Fence fence, Server server) {
    return fenced(
        fence,
        tx ->
            tx.query(
                """
                insert into database_servers
                    (database_id, generation, version, image, service, volume, node_id, state)
                  values ($1, $2, $3, $4, $5, $6, $7, 'filling') on conflict do nothing
                """,
                server.databaseId().value(),
                server.generation(),
                server.version(),
                server.image(),
                server.service(),
                server.volume(),
                server.nodeId()));
  }

  /** What was being filled is not wanted: its volume goes. One that serves is left alone. */
  public Future<Void> givenUp(Fence fence, DatabaseId id, int generation) {
    return fenced(
        fence,
        tx ->
            tx.query(
                    """
                    update database_servers set state = 'leaving'
                      where database_id = $1 and generation = $2 and state = 'filling'
                    """,
                    id.value(),
                    generation)
                .compose(done -> tx.notifyChannel(RestartStore.ASKED, id.value())));
  }

  /** This one serves from now on; the one before is kept, stopped. */
  public Future<Void> serve(Fence fence, DatabaseId id, int generation) {
    return fenced(
        fence,
        tx ->
            tx.query(
                    """
                    update database_servers set state = 'former', replaced_at = now()
                      where database_id = $1 and state = 'serving' and generation <> $2
                    """,
                    id.value(),
                    generation)
                .compose(done ->
                    tx.query(
                        """
                        update database_servers set state = 'serving'
                          where database_id = $1 and generation = $2 and state = 'filling'
                        """,
                        id.value(),
                        generation))
                .compose(done ->
                    tx.query(
                        """
                        update databases d set generation = s.generation, version = s.version,
                            node_id = s.node_id, etag = etag + 1, updated_at = now()
                          from database_servers s
                          where d.id = $1 and s.database_id = $1 and s.generation = $2
                            and s.state = 'serving' and (d.generation, d.version, d.node_id)
                              is distinct from (s.generation, s.version, s.node_id)
                        """,
                        id.value(),
                        generation)));
  }

  /** Hides a database that is being removed and frees its name. */
  public Future<Void> dismissed(Fence fence, DatabaseId id, boolean keepData) {
    return fenced(
        fence,
        tx ->
            tx.query(
                """
                update databases set deleting = true, keep_data = $2, name = name || '~' || id,
                    updated_at = now() where id = $1 and not deleting
                """,
                id.value(),
                keepData));
  }

  /** The volumes of a database's servers are to be removed, each by its node. */
  public Future<Void> leave(Fence fence, DatabaseId id) {
    return fenced(
        fence,
        tx ->
            tx.query(
                    """
                    update database_servers set state = 'leaving'
                      where database_id = $1 and state <> 'removed'
                    """,
                    id.value())
                .compose(done -> tx.notifyChannel(RestartStore.ASKED, id.value())));
  }

  private Future<Void> fenced(Fence fence, Function<Queries, Future<?>> writes) {
    return database.transaction(tx -> fence.guard(tx).compose(held -> writes.apply(tx)).mapEmpty());
  }

  /**
   * How it stands after work that succeeded, in the transaction that ends its saga.
   *
   * @param config with which it runs now
   * @param image likewise
   */
  public static Future<Void> settled(
      Queries tx, DatabaseId id, DatabaseConfig config, String image, boolean stopped) {
    return tx.query(
            """
            update databases set status = $2, stopped = $3, failure = null,
                config = cast($4::text as jsonb), etag = etag + 1, updated_at = now() where id = $1
            """,
            id.value(),
            (stopped ? DatabaseStatus.STOPPED : DatabaseStatus.RUNNING).wire(),
            stopped,
            Json.text(config))
        .compose(done ->
            tx.query(
                """
                update database_servers set image = $2 where database_id = $1 and state = 'serving'
                """,
                id.value(),
                image))
        .mapEmpty();
  }

  /** Work on it failed, in the transaction that ends its saga. */
  public static Future<Void> failed(Queries tx, DatabaseId id, Failure failure) {
    return tx.query(
            """
            update databases set failure = cast($2::text as jsonb), updated_at = now(),
                status = case when status = 'creating' then 'failed' else status end where id = $1
            """,
            id.value(),
            Json.text(failure))
        .mapEmpty();
  }

  /** Nothing of it is left: its log and its row go, in the transaction that ends its saga. */
  public static Future<Void> forgotten(Queries tx, DatabaseId id) {
    return tx.query(
            """
            insert into log_streams(stream, ended, status) values ('db:' || $1::text, true, 'deleted')
              on conflict (stream) do update
                set ended = true, status = 'deleted', writers = '{}', updated_at = now()
            """,
            id.value())
        .compose(done ->
            tx.query("delete from log_segments where stream = 'db:' || $1::text", id.value()))
        .compose(done -> tx.query("delete from databases where id = $1 and deleting", id.value()))
        .mapEmpty();
  }

  // ---- what a node does

  /** The servers whose volumes a node shall remove. */
  public Future<List<Server>> leaving(String nodeId) {
    return database.list(
        "select * from database_servers where node_id = $1 and state = 'leaving'",
        DatabaseServerStore::read,
        nodeId);
  }

  /** Its volume is gone from its node, or the node is gone for good. */
  public Future<Void> removed(Server server) {
    return database
        .query(
            """
            update database_servers set state = 'removed'
              where database_id = $1 and generation = $2 and state = 'leaving'
            """,
            server.databaseId().value(),
            server.generation())
        .mapEmpty();
  }

  static State state(Row row) {
    return State.valueOf(row.getString("state").toUpperCase(Locale.ROOT));
  }

  static Server read(Row row) {
    return new Server(
        new DatabaseId(row.getString("database_id")),
        row.getInteger("generation"),
        row.getString("version"),
        row.getString("image"),
        row.getString("service"),
        row.getString("volume"),
        row.getString("node_id"),
        state(row),
        Rows.when(row, "created_at"),
        Rows.at(row, "replaced_at"));
  }
}
