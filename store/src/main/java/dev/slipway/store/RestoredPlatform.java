package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.pg.Tx;
import dev.slipway.platform.saga.StepFailure;
import dev.slipway.store.DeploymentStore.Wish;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes a database that was restored from a backup of the platform true for the machine it is on
 * now: what was being done is over, what lay on other machines is not claimed to be there, and what
 * is missing is asked for. All of it in one transaction, before any service starts.
 */
public final class RestoredPlatform {
  static final String ACTOR = "platform";
  static final String STEP = "restore";
  private static final String CODE = "platform_restored";
  private static final String DETAIL =
      "It had not ended when the backup was taken that this platform was restored from.";
  private static final String AGAIN = "Ask for it again.";

  private final Queries database;

  public RestoredPlatform(Queries database) {
    this.database = database;
  }

  /**
   * What the rows say must be somewhere.
   *
   * @param images of releases that are kept
   * @param volumes of databases' servers
   * @param backups what lies in the platform's own folder: object keys by the backup's id
   */
  public record Pieces(Set<String> images, Set<String> volumes, Map<String, String> backups) {}

  /**
   * Where the platform is now.
   *
   * @param nodeId Swarm's id of this node
   * @param images which of the {@link Pieces} its engine has
   * @param volumes which of the {@link Pieces} its engine has
   * @param lostBackups which of the {@link Pieces}' backups are not here
   */
  public record Machine(
      String nodeId, Set<String> images, Set<String> volumes, Set<String> lostBackups) {}

  /**
   * What was asked for.
   *
   * @param applications that are built and deployed again, by name
   * @param databases that are made again from their newest verified backup, by name
   * @param lost databases without one, by name
   * @param volumes of applications whose data are not in this backup
   */
  public record Repaired(
      List<String> applications, List<String> databases, List<String> lost, List<String> volumes) {}

  /** What the rows say must be somewhere. */
  public Future<Pieces> pieces() {
    return Future.all(
            names("select distinct spec->>'image' from releases where state <> 'removed'"),
            names("select volume from database_servers where state <> 'removed'"),
            database.list(
                """
                select id, object_key from backups where destination_id = $1
                  and object_key is not null and removed_at is null
                """,
                row -> Map.entry(row.getString("id"), row.getString("object_key")),
                DestinationStore.LOCAL))
        .map(all -> new Pieces(all.resultAt(0), all.resultAt(1), byId(all.resultAt(2))));
  }

  private static Map<String, String> byId(List<Map.Entry<String, String>> backups) {
    return backups.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private Future<Set<String>> names(String sql) {
    return database.list(sql, row -> row.getString(0)).map(Set::copyOf);
  }

  /**
   * Repairs the rows.
   *
   * @param takenAt the moment the backup is of
   */
  public Future<Repaired> repair(Machine machine, Instant takenAt) {
    return database.transaction(tx ->
        all(tx, FORGET)
            .compose(done -> endWork(tx))
            .compose(done -> backups(tx, machine))
            .compose(done -> volumes(tx, machine))
            .compose(volumes ->
                applications(tx, machine)
                    .compose(applications ->
                        RestoredDatabases.repair(tx, machine)
                            .map(made -> repaired(applications, made, volumes))))
            .compose(made -> noted(tx, made, takenAt).map(made)));
  }

  // ---- machines and processes that are not there any more

  private static final List<String> FORGET =
      List.of(
          "delete from nodes",
          "delete from processes",
          "delete from ingresses",
          "delete from key_holders",
          "delete from saga_runners",
          "delete from replica_restarts",
          "delete from paused_containers",
          "delete from housekeeping_duties",
          "delete from housekeeping_held",
          "update leases set owner = null, lease_until = now()");

  private static Future<Void> all(Tx tx, List<String> statements) {
    Future<Void> done = Future.succeededFuture();
    for (String statement : statements) {
      done = done.compose(before -> tx.query(statement).mapEmpty());
    }
    return done;
  }

  // ---- what was being done

  private static Future<Void> endWork(Tx tx) {
    String failure = Json.text(new Failure(STEP, CODE, DETAIL, AGAIN, List.of()));
    String error = Json.text(new StepFailure(STEP, "restore", CODE, DETAIL, AGAIN));
    return tx.query(
            """
            with ended as (
              update sagas set state = case when state = 'waiting' then 'cancelled' else 'undone' end,
                  error = cast($1::text as jsonb), owner = null, lease_until = null, ended_at = now()
                where state in ('waiting', 'running', 'undoing') returning id)
            update saga_steps set state = 'failed', ended_at = now()
              where state = 'running' and saga_id in (select id from ended)
            """,
            error)
        .compose(done -> endRows(tx, failure));
  }

  /**
   * A backup of the platform tells of itself as one that is being taken: the very one that was
   * restored from is among these, and is called failed now. Retention would remove it after a week.
   */
  private static final String PIN_TAKEN =
      """
      update backups set pinned = true where subject_kind = 'platform' and object_key is not null
        and status in ('pending', 'running')
      """;

  private static Future<Void> endRows(Tx tx, String failure) {
    Future<Void> done =
        tx.query(
                """
                with ended as (
                  update deployments set status = 'failed', failure = cast($1::text as jsonb),
                      completed_at = now()
                    where status in ('pending', 'building', 'deploying') returning id)
                insert into log_streams(stream, ended, status)
                  select 'd:' || id, true, 'failed' from ended
                  on conflict (stream) do update set ended = true, status = 'failed'
                """,
                failure)
            .compose(ended -> tx.query(PIN_TAKEN))
            .mapEmpty();
    for (String table : List.of("database_work", "backups", "restores")) {
      done =
          done.compose(before ->
              tx.query(
                      """
                      update %s set status = 'failed', failure = cast($1::text as jsonb),
                          completed_at = now()
                        where status in ('waiting', 'pending', 'running')
                      """
                          .formatted(table),
                      failure)
                  .mapEmpty());
    }
    return done;
  }

  /**
   * Those that are gone with the machine are not counted as backups any more. Where they lay is
   * forgotten: what somebody puts back there later is not retention's to remove.
   */
  private static Future<Void> backups(Tx tx, Machine machine) {
    return tx.query(
            "update backups set removed_at = now(), object_key = null where id = any($1)",
            (Object) machine.lostBackups().toArray(String[]::new))
        .mapEmpty();
  }

  // ---- applications

  /** Their data are not in this backup: volumes are made anew, empty, on this node. */
  private static Future<List<String>> volumes(Tx tx, Machine machine) {
    return tx.list(
            """
            select a.name || '/' || v.name as name from volumes v
              join applications a on a.id = v.application_id
              where v.node_id <> $1 and not v.leaving and not a.deleting order by 1
            """,
            row -> row.getString("name"),
            machine.nodeId())
        .compose(moved ->
            tx.query("delete from volumes where leaving and node_id <> $1", machine.nodeId())
                .compose(done -> tx.query("update volumes set node_id = $1", machine.nodeId()))
                .map(moved));
  }

  private record Lost(
      ApplicationId id, String name, @Nullable String commit, @Nullable String archive) {
    static Lost read(Row row) {
      String archive = row.getString("archive_id");
      String commit = row.getString("commit_sha");
      return new Lost(
          new ApplicationId(row.getString("id")),
          row.getString("name"),
          archive != null || commit == null || commit.isBlank() ? null : commit,
          archive);
    }

    Wish wish() {
      // what would be backed up before it is only just being restored
      return new Wish(Trigger.CONFIG, ACTOR, "restored", commit, archive).withoutBackups(true);
    }
  }

  private static Future<List<String>> applications(Tx tx, Machine machine) {
    String[] images = machine.images().toArray(String[]::new);
    return tx.list(
            """
            select a.id, a.name, r.spec->>'commitSha' as commit_sha, d.archive_id
              from releases r join applications a on a.id = r.application_id
              left join deployments d on d.id = r.deployment_id
              where r.state = 'serving' and not a.stopped and not a.deleting
                and not (r.spec->>'image' = any($1))
              order by a.name
            """,
            Lost::read,
            (Object) images)
        .compose(lost ->
            withoutImage(tx, images)
                .compose(done -> each(lost, each -> request(tx, each)))
                .map(done -> lost.stream().map(Lost::name).toList()));
  }

  /** A release without an image is none to go back to; its row stays as history. */
  private static Future<Void> withoutImage(Tx tx, String[] images) {
    return tx.query(
            """
            update releases set state = 'removed'
              where state = 'candidate' or state <> 'removed' and not (spec->>'image' = any($1))
            """,
            (Object) images)
        .compose(done -> tx.query("update releases set state = 'cold' where state = 'warm'"))
        .compose(
            done -> tx.query("delete from images where not (reference = any($1))", (Object) images))
        .compose(done ->
            tx.query(
                """
                update routes set targets = '[]' where release_id in
                  (select id from releases where state = 'removed')
                """))
        .compose(done ->
            tx.query(
                """
                update applications set current_release_id = null, status = 'idle'
                  where current_release_id in (select id from releases where state = 'removed')
                """))
        .mapEmpty();
  }

  private static Future<Void> request(Tx tx, Lost lost) {
    return new DeploymentStore(tx).request(lost.id(), lost.wish()).mapEmpty();
  }

  // ---- what was done

  private static Repaired repaired(
      List<String> applications, List<RestoredDatabases.Data> databases, List<String> volumes) {
    List<String> again = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    databases.forEach(data -> (data.backup() == null ? lost : again).add(data.name()));
    return new Repaired(applications, again, lost, volumes);
  }

  private static Future<Void> noted(Tx tx, Repaired made, Instant takenAt) {
    return new AuditStore(tx)
        .record(
            ACTOR,
            "platform.restore",
            "platform",
            Map.of(
                "takenAt", takenAt.toString(),
                "applications", String.join(", ", made.applications()),
                "databases", String.join(", ", made.databases())));
  }

  static <T> Future<Void> each(List<T> all, Function<T, Future<Void>> action) {
    Future<Void> done = Future.succeededFuture();
    for (T one : all) {
      done = done.compose(before -> action.apply(one));
    }
    return done;
  }
}
