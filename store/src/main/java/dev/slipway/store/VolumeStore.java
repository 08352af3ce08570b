package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.Tx;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Where the volumes of applications lie, and who may let something write to them. */
public final class VolumeStore {
  private final Database database;

  public VolumeStore(Database database) {
    this.database = database;
  }

  /**
   * The right to let one release of an application write to its volumes.
   *
   * @param nodeId where the volumes lie
   * @param fence 1 or more; goes up with every new owner of the application's volumes
   */
  public record Berth(String nodeId, long fence) {}

  /**
   * A volume of an application.
   *
   * @param name as in the application's config
   * @param engineName as the engine calls it
   */
  public record Placed(
      ApplicationId applicationId, String name, String engineName, String nodeId) {}

  /** Where the application's volumes lie; empty before the first was placed. */
  public Future<Optional<String>> nodeOf(ApplicationId application) {
    return database
        .one(
            "select node_id from volumes where application_id = $1 order by created_at limit 1",
            row -> row.getString(0),
            application.value())
        .map(Optional::ofNullable);
  }

  /** How many applications have volumes on each node. */
  public Future<Map<String, Long>> perNode() {
    return database
        .list(
            "select node_id, count(distinct application_id) from volumes group by node_id",
            row -> Map.entry(row.getString(0), row.getLong(1)))
        .map(rows -> Map.ofEntries(rows.toArray(Map.Entry[]::new)));
  }

  /**
   * Makes somebody the owner of an application's volumes. A new owner gets a new fence; the same
   * one keeps its own. Volumes that are placed already stay where they are, new ones join them.
   *
   * @param owner who, different at every change of hands
   * @param guard fails the transaction when the owner has been replaced, and holds its row
   * @param volumes engine names by the names of the config
   * @param node where the first volume is placed
   */
  public Future<Berth> claim(
      ApplicationId application,
      String owner,
      Function<Tx, Future<Void>> guard,
      Map<String, String> volumes,
      String node) {
    return database.transaction(tx ->
        guard
            .apply(tx)
            .compose(held -> held(tx, application))
            .compose(held -> {
              Berth berth = next(held, owner, node);
              List<Future<?>> writes = new ArrayList<>();
              volumes.forEach((name, engineName) ->
                  writes.add(put(tx, application, name, engineName, owner, berth)));
              writes.add(own(tx, application, owner, berth));
              return Future.all(writes).map(berth);
            }));
  }

  private record Held(String owner, String nodeId, long fence) {}

  /** The application's row is the lock: before the first claim there is no volume's row to hold. */
  private static Future<List<Held>> held(Tx tx, ApplicationId application) {
    return tx.query(
            "select 1 from applications where id = $1 for no key update", application.value())
        .compose(locked -> owners(tx, application));
  }

  private static Future<List<Held>> owners(Tx tx, ApplicationId application) {
    return tx.list(
        """
        select owner, node_id, fence from volumes where application_id = $1
          order by fence desc, created_at
        """,
        row -> new Held(row.getString(0), row.getString(1), row.getLong(2)),
        application.value());
  }

  private static Berth next(List<Held> held, String owner, String node) {
    if (held.isEmpty()) {
      return new Berth(node, 1);
    }
    Held newest = held.getFirst();
    return new Berth(
        newest.nodeId(), newest.owner().equals(owner) ? newest.fence() : newest.fence() + 1);
  }

  private static Future<?> put(
      Tx tx, ApplicationId application, String name, String engineName, String owner, Berth berth) {
    return tx.query(
        """
        insert into volumes(application_id, name, engine_name, node_id, owner, fence)
          values ($1, $2, $3, $4, $5, $6) on conflict (application_id, name) do nothing
        """,
        application.value(),
        name,
        engineName,
        berth.nodeId(),
        owner,
        berth.fence());
  }

  private static Future<?> own(Tx tx, ApplicationId application, String owner, Berth berth) {
    return tx.query(
        """
        update volumes set owner = $2, fence = $3
          where application_id = $1 and (owner <> $2 or fence <> $3)
        """,
        application.value(),
        owner,
        berth.fence());
  }

  /** Whether this is still the newest fence of the application's volumes. */
  public Future<Boolean> holds(ApplicationId application, Berth berth) {
    return database
        .one(
            """
            select 1 from volumes where application_id = $1
              having max(fence) = $2 and count(*) > 0
            """,
            application.value(),
            berth.fence())
        .map(row -> row != null);
  }

  /**
   * Whether the application is stopped and its services were seen to want no replica any more. What
   * is built meanwhile is refused when it is to start: see {@link #restoredBy}.
   */
  public Future<Boolean> isAtRest(ApplicationId application) {
    return database
        .one(
            """
            select 1 from applications a where a.id = $1 and a.stopped
              and (a.status = 'stopped' or not exists (select 1 from releases r
                where r.application_id = a.id and r.state = 'serving'))
              and not exists (select 1 from deployments d where d.application_id = a.id
                and d.status = 'deploying')
            """,
            application.value())
        .map(row -> row != null);
  }

  /** The restore that replaces, or will replace, volumes of the application; empty: none does. */
  public Future<Optional<String>> restoredBy(ApplicationId application) {
    return new RestoreStore(database).openOf(application);
  }

  /** The restore that emptied a volume of the application and did not fill it; empty: none. */
  public Future<Optional<String>> spoiltBy(ApplicationId application) {
    return new RestoreStore(database).spoiltBy(application);
  }

  /** The application is going: each node shall remove its volumes. */
  public Future<Void> dismiss(ApplicationId application) {
    return database.transaction(tx ->
        tx.update(
                "update volumes set leaving = true where application_id = $1 and not leaving",
                application.value())
            .compose(rows ->
                rows == 0
                    ? Future.succeededFuture()
                    : tx.notifyChannel(RestartStore.ASKED, application.value())));
  }

  /** What is left of an application's volumes, by node. */
  public Future<List<Placed>> of(ApplicationId application) {
    return database.list(
        "select * from volumes where application_id = $1",
        VolumeStore::placed,
        application.value());
  }

  /** The volumes a node shall remove. */
  public Future<List<Placed>> leaving(String nodeId) {
    return database.list(
        "select * from volumes where node_id = $1 and leaving", VolumeStore::placed, nodeId);
  }

  /** A volume that left is removed from its engine, or its node is gone for good. */
  public Future<Void> removed(Placed volume) {
    return database
        .query(
            "delete from volumes where application_id = $1 and name = $2 and leaving",
            volume.applicationId().value(),
            volume.name())
        .mapEmpty();
  }

  private static Placed placed(Row row) {
    return new Placed(
        new ApplicationId(row.getString("application_id")),
        row.getString("name"),
        row.getString("engine_name"),
        row.getString("node_id"));
  }
}
