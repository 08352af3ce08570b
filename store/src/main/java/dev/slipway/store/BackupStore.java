package dev.slipway.store;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.saga.CancelOutcome;
import dev.slipway.platform.saga.SagaStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Backups: what was asked for, how far each has come, what became of it. Asking for one writes its
 * row and its saga in one transaction; ring {@link
 * dev.slipway.contracts.backup.BackupBells#AVAILABLE} after it.
 */
public final class BackupStore {
  /** Kind of the sagas that take a backup and prove it. */
  public static final String BACKUP = "backup";

  /** Kind of the sagas that prove a backup that was stored before. */
  public static final String VERIFY = "verify";

  private final Queries database;

  public BackupStore(Queries database) {
    this.database = database;
  }

  // ---- asking

  /** Asks for a backup: row and saga. */
  public Future<BackupId> request(BackupWish wish) {
    return database.transaction(tx -> BackupOrders.request(tx, wish)).map(Optional::orElseThrow);
  }

  /**
   * Asks to prove a backup that lies at its destination, once more.
   *
   * @throws Problem {@code backup_not_stored} when nothing lies there, {@code backup_busy} while it
   *     is being taken or proven
   */
  public Future<Void> requestProof(BackupId id) {
    return database.transaction(tx -> BackupOrders.askProof(tx, id));
  }

  /**
   * The kind of the sagas that only a backup service of this node runs.
   *
   * @param nodeId Swarm's id of the node; null: any service runs them
   */
  public static String kindAt(String kind, @Nullable String nodeId) {
    return nodeId == null ? kind : kind + "@" + nodeId;
  }

  /**
   * Cancels: at once while it waits, at the next checkpoint while it is at work. A proof that
   * waited is not made; the backup that lies there stays what it was.
   */
  public Future<CancelOutcome> cancel(BackupId id) {
    return database.transaction(tx ->
        SagaStore.cancel(tx, id.value())
            .compose(met ->
                met == CancelOutcome.NEVER_RAN
                    ? neverRan(tx, id).map(met)
                    : Future.succeededFuture(met)));
  }

  private static Future<Void> neverRan(Queries tx, BackupId id) {
    return tx.one("select 1 from backups where id = $1 and status = 'pending'", id.value())
        .compose(pending -> pending == null ? unproven(tx, id) : cancelled(tx, id));
  }

  // ---- what the backup service tells

  /**
   * It has begun.
   *
   * @param key where it will lie, known before anything does
   */
  public Future<Void> running(Fence fence, BackupId id, String key) {
    return fenced(
        fence,
        tx ->
            tx.query(
                """
                update backups set status = 'running', object_key = $2, progress_bytes = 0,
                    started_at = coalesce(started_at, now())
                  where id = $1 and status in ('pending', 'running')
                """,
                id.value(),
                key));
  }

  /**
   * Looks whether the saga is still this owner's. A checkpoint tells only what the last heartbeat
   * saw: before what cannot be fenced itself, ask here.
   *
   * @throws dev.slipway.platform.lease.FencedOut when it is not
   */
  public Future<Void> requireOwner(Fence fence) {
    return fence.prove(database);
  }

  /**
   * Whether nobody has begun it and nobody lives who would: no runner looks for its kind of work.
   * One whose places are all taken does not look, and lives while it renews what it holds.
   */
  public Future<Boolean> isUnserved(BackupId id) {
    return database
        .one(
            """
            select 1 from backups where id = $1 and status = 'pending' and started_at is null
              and not exists (
                select 1 from sagas s join saga_runners r on r.kind = s.kind
                  where s.id = $1 and (r.seen_at > now() - interval '10 seconds'
                    or exists (select 1 from sagas w where w.owner = r.owner
                      and w.state in ('running', 'undoing') and w.lease_until > now())))
            """,
            row -> true,
            id.value())
        .map(Boolean.TRUE::equals);
  }

  /**
   * How long ago it was asked for, by the database's clock: negative when that was set back since.
   * Fails with 404.
   */
  public Future<Duration> age(BackupId id) {
    return database
        .one(
            """
            select (extract(epoch from now() - created_at) * 1000)::bigint from backups where id = $1
            """,
            row -> Duration.ofMillis(row.getLong(0)),
            id.value())
        .map(age -> {
          if (age == null) {
            throw Problem.notFound("backup", id.value());
          }
          return age;
        });
  }

  /** How far it is; nothing happens once somebody else owns it. */
  public Future<Void> progress(Fence fence, BackupId id, long bytes) {
    return database
        .update(
            "update backups set progress_bytes = $2 where id = $1 and "
                + Fence.CONDITION.formatted("$3", "$4"),
            id.value(),
            bytes,
            fence.sagaId(),
            fence.number())
        .mapEmpty();
  }

  /** It lies at its destination. To run in the checkpoint of the step that put it there. */
  public static Future<Void> stored(Queries tx, BackupId id, Manifest manifest) {
    return tx.query(
            """
            update backups set status = 'stored', stored_at = coalesce(stored_at, now()),
                manifest = cast($2::text as jsonb), progress_bytes = 0
              where id = $1 and status in ('pending', 'running', 'stored')
            """,
            id.value(),
            Json.text(manifest))
        .mapEmpty();
  }

  /**
   * It was restored and found equal.
   *
   * @param manifest with what the restored copy told, for a backup that came without counts
   */
  public static Future<Void> verified(Queries tx, BackupId id, Manifest manifest) {
    return tx.query(
            """
            update backups set status = 'verified', verified_at = now(), failure = null,
                manifest = cast($2::text as jsonb), completed_at = now(),
                progress_bytes = (cast($2::text as jsonb) ->> 'plainBytes')::bigint
              where id = $1 and status in ('stored', 'verified', 'failed')
            """,
            id.value(),
            Json.text(manifest))
        .compose(done -> BackupRows.endLog(tx, LogStreams.of(id), BackupStatus.VERIFIED.wire()))
        .compose(done -> RestoreStore.safetyEnded(tx, id, true));
  }

  /** It failed; what was stored before stays recorded. Idempotent: the first failure stays. */
  public static Future<Void> failed(Queries tx, BackupId id, Failure failure) {
    return tx.query(
            """
            update backups set status = 'failed', completed_at = now(),
                failure = cast($2::text as jsonb)
              where id = $1 and status not in ('verified', 'failed', 'cancelled')
            """,
            id.value(),
            Json.text(failure))
        .compose(done -> BackupRows.endLog(tx, LogStreams.of(id), BackupStatus.FAILED.wire()))
        .compose(done -> RestoreStore.safetyEnded(tx, id, false));
  }

  /** A later proof found it wanting, whatever it was before. */
  public static Future<Void> disproved(Queries tx, BackupId id, Failure failure) {
    return tx.query(
            """
            update backups set status = 'failed', completed_at = now(), verified_at = null,
                failure = cast($2::text as jsonb)
              where id = $1 and status <> 'cancelled'
            """,
            id.value(),
            Json.text(failure))
        .compose(done -> BackupRows.endLog(tx, LogStreams.of(id), BackupStatus.FAILED.wire()));
  }

  /**
   * A later proof could not be carried out, which says nothing of the backup: its status stays, and
   * its log tells the failure.
   */
  public static Future<Void> unproven(Queries tx, BackupId id) {
    return tx.one("select status from backups where id = $1", id.value())
        .compose(row ->
            row == null
                ? Future.succeededFuture()
                : BackupRows.endLog(tx, LogStreams.of(id), row.getString(0)));
  }

  /** It was cancelled, and nothing of it lies at its destination. */
  public static Future<Void> cancelled(Queries tx, BackupId id) {
    return tx.query(
            """
            update backups set status = 'cancelled', completed_at = now(), manifest = null,
                stored_at = null
              where id = $1 and status not in ('verified', 'failed', 'cancelled')
            """,
            id.value())
        .compose(done -> BackupRows.endLog(tx, LogStreams.of(id), BackupStatus.CANCELLED.wire()))
        .compose(done -> RestoreStore.safetyEnded(tx, id, false));
  }

  /**
   * Whether this attempt of a saga may still be at work.
   *
   * @param saga the id of a backup's, a proof's or a restore's
   * @param fence of the attempt
   */
  public Future<Boolean> atWork(String saga, long fence) {
    return database
        .one(
            "select 1 from sagas where id = $1 and fence <= $2 and state in ('running', 'undoing')",
            saga,
            fence)
        .map(row -> row != null);
  }

  /** What lay at the destination is gone. */
  public Future<Void> removed(BackupId id) {
    return database
        .query(
            "update backups set removed_at = coalesce(removed_at, now()) where id = $1", id.value())
        .mapEmpty();
  }

  /** Keeps it from retention, or no more; false when there is none. */
  public Future<Boolean> pin(BackupId id, boolean pinned) {
    return database
        .update("update backups set pinned = $2 where id = $1", id.value(), pinned)
        .map(rows -> rows == 1);
  }

  // ---- what readers ask

  public Future<Backup> get(BackupId id) {
    return database
        .one(BackupRows.BACKUPS + " where b.id = $1", BackupRows::backup, id.value())
        .map(backup -> {
          if (backup == null) {
            throw Problem.notFound("backup", id.value());
          }
          return backup;
        });
  }

  /** The project it belongs to; null for the platform's. */
  public Future<@Nullable String> project(BackupId id) {
    return database.one(
        "select project_id from backups where id = $1 and project_id is not null",
        row -> row.getString(0),
        id.value());
  }

  /**
   * Which backups to list, newest first.
   *
   * @param before the last row of the page before
   */
  public record Filter(
      BackupSubject.@Nullable Kind kind,
      @Nullable String subjectId,
      @Nullable String scheduleId,
      @Nullable BackupStatus status,
      @Nullable BackupId before,
      int limit) {}

  public Future<List<Backup>> list(Filter filter, Visible visible) {
    return database.list(
        BackupRows.BACKUPS
            + """
             where ($1::text is null or b.subject_kind = $1)
               and ($2::text is null or b.subject_id = $2)
               and ($3::text is null or b.schedule_id = $3)
               and ($4::text is null or b.status = $4)
               and ($5::text is null or (b.created_at, b.id) <
                 (select created_at, id from backups where id = $5))
            """
            + visible.condition("b.project_id", 7)
            + " order by b.created_at desc, b.id desc limit $6",
        BackupRows::backup,
        visible.with(
            filter.kind() == null ? null : filter.kind().wire(),
            filter.subjectId(),
            filter.scheduleId(),
            filter.status() == null ? null : filter.status().wire(),
            filter.before() == null ? null : filter.before().value(),
            filter.limit()));
  }

  private Future<Void> fenced(Fence fence, Function<Queries, Future<?>> write) {
    return database.transaction(tx -> fence.guard(tx).compose(held -> write.apply(tx)).mapEmpty());
  }
}
