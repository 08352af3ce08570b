package dev.slipway.store;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.backup.RestoreOrder;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.saga.CancelOutcome;
import dev.slipway.platform.saga.NewSaga;
import dev.slipway.platform.saga.SagaStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Restores: a backup being put into a server or a volume. A row may be there before its server is;
 * {@link #begin} gives it to the backup services. Ring {@link
 * dev.slipway.contracts.backup.BackupBells#AVAILABLE} after that.
 */
public final class RestoreStore {
  /** Kind of the sagas that carry a restore. */
  public static final String RESTORE = "restore";

  private final Queries database;

  public RestoreStore(Queries database) {
    this.database = database;
  }

  /**
   * A restore that is wanted.
   *
   * @param only tables or databases; empty: all
   * @param inPlace what is there is replaced
   */
  public record Wish(
      BackupId backupId, BackupSubject target, List<String> only, boolean inPlace, String actor) {}

  // ---- asking

  /** A row that waits for its server or volume. */
  public Future<String> request(Wish wish) {
    return request(database, wish);
  }

  /** The same, inside the caller's transaction. */
  public static Future<String> request(Queries tx, Wish wish) {
    String id = FreshId.of("rst");
    return tx.query(
            """
            insert into restores(id, backup_id, target_kind, target_id, target_volume, only_parts,
                in_place, actor, total_bytes)
              values ($1, $2, $3, $4, $5, cast($6::text as jsonb), $7, $8, coalesce((select
                (manifest ->> 'plainBytes')::bigint from backups where id = $2), 0))
            """,
            id,
            wish.backupId().value(),
            wish.target().kind().wire(),
            wish.target().id(),
            wish.target().volume(),
            Json.text(wish.only()),
            wish.inPlace(),
            wish.actor())
        .map(id);
  }

  /**
   * Its server is there: the backup services may fill it. Idempotent.
   *
   * @param generation which server of the database; 0 for a volume
   * @param force also when something is in it already
   * @param nodeId the node that alone can do it (volumes); null: any backup service
   * @return false when it does not wait any more
   */
  public static Future<Boolean> begin(
      Queries tx, String id, int generation, boolean force, @Nullable String nodeId) {
    return tx.one(
            """
            update restores set status = 'pending', generation = $2
              where id = $1 and status = 'waiting'
              returning target_kind, target_id, target_volume
            """,
            row -> BackupRows.subject(row, "target"),
            id,
            generation)
        .compose(target ->
            target == null
                ? Future.succeededFuture(false)
                : SagaStore.submit(
                    tx,
                    new NewSaga(
                        id,
                        BackupStore.kindAt(RESTORE, nodeId),
                        1,
                        id,
                        BackupRows.exclusive(RESTORE, target),
                        new RestoreOrder(id, force))));
  }

  /** The backup of what is about to be replaced. */
  public static Future<Void> safety(Queries tx, String id, BackupId backup) {
    return tx.query("update restores set safety_backup_id = $2 where id = $1", id, backup.value())
        .mapEmpty();
  }

  /**
   * The backup of what is about to be replaced has ended: the restores of volumes that waited for
   * it begin, or fail with it. Those of databases are begun by the work on the database.
   *
   * @param verified otherwise nothing is replaced
   */
  static Future<Void> safetyEnded(Queries tx, BackupId backup, boolean verified) {
    return tx.list(
            """
            select r.id, v.node_id from restores r left join volumes v
                on v.application_id = r.target_id and v.name = r.target_volume and not v.leaving
              where r.safety_backup_id = $1 and r.status = 'waiting' and r.target_kind = 'volume'
            """,
            row -> row,
            backup.value())
        .compose(rows -> {
          Future<Void> all = Future.succeededFuture();
          for (Row row : rows) {
            String id = row.getString("id");
            String node = row.getString("node_id");
            all =
                all.compose(next ->
                    verified && node != null
                        ? begin(tx, id, 0, true, node).mapEmpty()
                        : failed(tx, id, unsafe(backup)));
          }
          return all;
        });
  }

  private static Failure unsafe(BackupId backup) {
    return new Failure(
        "safety",
        "safety_backup_failed",
        "What is in the volume could not be backed up and proven first; nothing was replaced.",
        "See with GET /api/backups/" + backup + " why, mend it, and restore again.",
        List.of());
  }

  /** A restore that will replace, or replaces, volumes of an application; empty when none does. */
  public Future<Optional<String>> openOf(ApplicationId application) {
    return database
        .one(
            """
            select id from restores where target_kind = 'volume' and target_id = $1
              and status in ('waiting', 'pending', 'running') limit 1
            """,
            row -> row.getString(0),
            application.value())
        .map(Optional::ofNullable);
  }

  /**
   * The restore that emptied a volume of an application and did not fill it; empty when each holds
   * what its application wrote, or what was restored since.
   */
  public Future<Optional<String>> spoiltBy(ApplicationId application) {
    return database
        .one(
            """
            select r.id from restores r where r.target_kind = 'volume' and r.target_id = $1
              and r.emptied_at is not null and r.status in ('failed', 'cancelled')
              and not exists (select 1 from restores s where s.target_kind = 'volume'
                and s.target_id = r.target_id and s.target_volume = r.target_volume
                and s.status = 'success' and s.completed_at >= r.completed_at)
              order by r.completed_at desc limit 1
            """,
            row -> row.getString(0),
            application.value())
        .map(Optional::ofNullable);
  }

  /** What is in the volume is about to be removed: from now on it holds what this one fills in. */
  public Future<Void> emptying(Fence fence, String id) {
    return database.transaction(tx ->
        fence
            .guard(tx)
            .compose(held ->
                tx.query(
                    "update restores set emptied_at = coalesce(emptied_at, now()) where id = $1",
                    id))
            .mapEmpty());
  }

  /**
   * Cancels: at once while it waits, at the next checkpoint while it is at work. The saga that
   * waits for it on behalf of the database sees the row end.
   */
  public Future<CancelOutcome> cancel(String id) {
    return database.transaction(tx ->
        SagaStore.cancel(tx, id)
            .compose(met ->
                met == CancelOutcome.NEVER_RAN || met == CancelOutcome.NOTHING_OPEN
                    ? withdrawn(tx, id).map(gone -> gone ? CancelOutcome.NEVER_RAN : met)
                    : Future.succeededFuture(met)));
  }

  private static Future<Boolean> withdrawn(Queries tx, String id) {
    return tx.update(
            """
            update restores set status = 'cancelled', completed_at = now()
              where id = $1 and status in ('waiting', 'pending')
            """,
            id)
        .map(rows -> rows == 1);
  }

  /**
   * Nobody will begin it any more: the work that would have done so has ended. One that was begun
   * tells its own end.
   *
   * @param failure why; null when it was cancelled
   */
  public static Future<Void> givenUp(Queries tx, String id, @Nullable Failure failure) {
    Restore.Status status = failure == null ? Restore.Status.CANCELLED : Restore.Status.FAILED;
    return tx.update(
            """
            update restores set status = $2, completed_at = now(),
                failure = cast($3::text as jsonb) where id = $1 and status = 'waiting'
            """,
            id,
            status.wire(),
            failure == null ? null : Json.text(failure))
        .compose(rows ->
            rows == 0
                ? Future.succeededFuture()
                : BackupRows.endLog(tx, LogStreams.ofRestore(id), status.wire()));
  }

  // ---- what the backup service tells

  /** It has begun. */
  public Future<Void> running(Fence fence, String id) {
    return database.transaction(tx ->
        fence
            .guard(tx)
            .compose(held ->
                tx.query(
                    """
                    update restores set status = 'running', progress_bytes = 0,
                        started_at = coalesce(started_at, now())
                      where id = $1 and status in ('pending', 'running')
                    """,
                    id))
            .mapEmpty());
  }

  /** How far it is; nothing happens once somebody else owns it. */
  public Future<Void> progress(Fence fence, String id, long bytes) {
    return database
        .update(
            "update restores set progress_bytes = $2 where id = $1 and "
                + Fence.CONDITION.formatted("$3", "$4"),
            id,
            bytes,
            fence.sagaId(),
            fence.number())
        .mapEmpty();
  }

  /** Everything is there, and was found equal. */
  public static Future<Void> succeeded(Queries tx, String id) {
    return ended(tx, id, Restore.Status.SUCCESS, null);
  }

  /** It failed; what it fills is not to be used. */
  public static Future<Void> failed(Queries tx, String id, Failure failure) {
    return ended(tx, id, Restore.Status.FAILED, failure);
  }

  /** It was cancelled; what it fills is not to be used. */
  public static Future<Void> cancelled(Queries tx, String id) {
    return ended(tx, id, Restore.Status.CANCELLED, null);
  }

  private static Future<Void> ended(
      Queries tx, String id, Restore.Status status, @Nullable Failure failure) {
    return tx.query(
            """
            update restores set status = $2, completed_at = now(),
                failure = cast($3::text as jsonb),
                progress_bytes = case when $2 = 'success' then greatest(progress_bytes, total_bytes)
                                 else progress_bytes end
              where id = $1 and status in ('waiting', 'pending', 'running')
            """,
            id,
            status.wire(),
            failure == null ? null : Json.text(failure))
        .compose(done -> BackupRows.endLog(tx, LogStreams.ofRestore(id), status.wire()));
  }

  // ---- what readers ask

  /** As its row tells of it. Fails with 404. */
  public Future<Restore> get(String id) {
    return present(
        id, database.one(BackupRows.RESTORES + " where r.id = $1", BackupRows::restore, id));
  }

  /**
   * As people are told of it: one that has filled a server runs until that serves. Fails with 404.
   */
  public Future<Restore> shown(String id) {
    return present(
        id,
        database.one(BackupRows.SHOWN_RESTORES + " where r.id = $1", BackupRows::shownRestore, id));
  }

  private static Future<Restore> present(String id, Future<@Nullable Restore> found) {
    return found.map(restore -> {
      if (restore == null) {
        throw Problem.notFound("restore", id);
      }
      return restore;
    });
  }

  /**
   * Which restores to list, newest first.
   *
   * @param before the last row of the page before
   */
  public record Filter(
      @Nullable String targetId,
      @Nullable BackupId backup,
      Restore.@Nullable Status status,
      @Nullable String before,
      int limit) {}

  /** As people are told of them: see {@link #shown}. */
  public Future<List<Restore>> list(Filter filter, Visible visible) {
    return database.list(
        BackupRows.SHOWN_RESTORES
            + """
             where ($1::text is null or r.target_id = $1)
               and ($2::text is null or r.backup_id = $2)
               and ($3::text is null or %s = $3)
               and ($4::text is null or (r.created_at, r.id) <
                 (select created_at, id from restores where id = $4))
            """
                .formatted(BackupRows.SHOWN_STATUS)
            + visible.condition("(select project_id from backups where id = r.backup_id)", 6)
            + " order by r.created_at desc, r.id desc limit $5",
        BackupRows::shownRestore,
        visible.with(
            filter.targetId(),
            filter.backup() == null ? null : filter.backup().value(),
            filter.status() == null ? null : filter.status().wire(),
            filter.before(),
            filter.limit()));
  }
}
