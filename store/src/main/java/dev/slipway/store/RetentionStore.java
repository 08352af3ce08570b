package dev.slipway.store;

import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which backups go. A row says first that its backup is removed; then the object goes, and then the
 * row forgets where it lay. Whoever dies in between leaves it to the next look.
 */
public final class RetentionStore {
  /** Backups of one subject that go in one transaction. */
  private static final int BATCH = 200;

  /**
   * What may go at all: it has ended, nobody has pinned it and nobody reads it. One that is stored
   * has ended when none of its sagas is open: its proof could not be made. Its rows are locked: a
   * restore that is asked for at this moment comes before or finds it removed.
   */
  private static final String FREE =
      """
      b.removed_at is null and b.status in ('stored', 'verified', 'failed', 'cancelled')
        and not exists (select 1 from restores r where r.backup_id = b.id
          and r.status in ('waiting', 'pending', 'running'))
        and not exists (select 1 from restores r where r.safety_backup_id = b.id
          and r.target_kind = 'volume' and (r.status in ('waiting', 'pending', 'running')
            or r.emptied_at is not null and r.status in ('failed', 'cancelled')))
        and not exists (select 1 from sagas g where g.subject = b.id
          and g.state in ('waiting', 'running', 'undoing'))
      """;

  /**
   * The last verified one of a subject; dumps that somebody sent for no subject have none. One that
   * was sent for a subject is not the subject's own data, whatever its proof says; and one that was
   * taken while the clock was ahead is the last one only where there is no other.
   */
  private static final String NEWEST =
      """
      (select n.id from backups n where n.subject_kind = b.subject_kind
        and n.subject_id is not distinct from b.subject_id
        and n.subject_volume is not distinct from b.subject_volume
        and n.status = 'verified' and n.removed_at is null and n.trigger <> 'import'
        and (n.subject_kind = 'platform' or n.subject_id is not null)
        order by n.created_at > now(), n.created_at desc, n.id desc limit 1)
      """;

  /**
   * Too old or too many for its schedule, or of no use to anybody for long. What is of a time that
   * is yet to come, since the clock was set back, neither counts nor goes: nobody knows its age.
   */
  private static final String DUE =
      """
      (b.status in ('failed', 'cancelled') and b.completed_at < now() - $4 * interval '1 millisecond')
      or (b.status = 'verified' and exists (select 1 from backup_schedules s
        where s.id = b.schedule_id and (
          b.created_at < now() - s.keep_days * interval '1 day'
          or b.created_at <= now() and s.keep_count <= (select count(*) from backups y
            where y.schedule_id = b.schedule_id
            and y.status = 'verified' and y.removed_at is null and y.created_at <= now()
            and (y.created_at, y.id) > (b.created_at, b.id)))))
      """;

  private final Queries database;

  public RetentionStore(Queries database) {
    this.database = database;
  }

  /** An object that is to go, and whose it was. */
  public record Condemned(BackupId id, String objectKey) {}

  /** The subjects of which there is any backup that is not removed. */
  public Future<List<BackupSubject>> subjects() {
    return database.list(
        """
        select distinct subject_kind, subject_id, subject_volume from backups
          where removed_at is null order by 1, 2, 3
        """,
        BackupSubjects::of);
  }

  /**
   * Marks the backups of a subject as removed that its schedules do not keep any more. The last
   * verified one stays, whatever they say; so does what is pinned or being read.
   *
   * @param failedFor how long failed ones are kept
   * @return how many were marked; 200 or more: there may be more
   */
  public Future<Integer> condemn(BackupSubject subject, Duration failedFor) {
    return database.transaction(tx ->
        locked(tx, subject)
            .compose(held ->
                tx.update(
                    """
                    update backups set removed_at = now() where id in (
                      select b.id from backups b
                        where b.subject_kind = $1 and b.subject_id is not distinct from $2
                          and b.subject_volume is not distinct from $3 and not b.pinned
                          and %s and b.id is distinct from %s and (%s)
                        order by b.created_at, b.id limit %d)
                    """
                        .formatted(FREE, NEWEST, DUE, BATCH),
                    subject.kind().wire(),
                    subject.id(),
                    subject.volume(),
                    failedFor.toMillis())));
  }

  /** Whoever removes backups of a subject does it alone, so that one verified one always stays. */
  private static Future<Void> locked(Queries tx, BackupSubject subject) {
    return tx.query(
            """
            select id from backups where subject_kind = $1 and subject_id is not distinct from $2
              and subject_volume is not distinct from $3 and removed_at is null
              order by id for update
            """,
            subject.kind().wire(),
            subject.id(),
            subject.volume())
        .mapEmpty();
  }

  /**
   * Marks one backup as removed because somebody wants it gone.
   *
   * @param last whether the last verified one of its subject may go too
   * @throws Problem {@code backup_pinned}, {@code backup_busy} while it is taken, proven or read,
   *     {@code last_verified_backup}
   */
  public Future<Void> remove(BackupId id, boolean last) {
    return database.transaction(tx ->
        tx.one(
                "select subject_kind, subject_id, subject_volume from backups where id = $1",
                BackupSubjects::of,
                id.value())
            .compose(subject ->
                subject == null
                    ? Future.failedFuture(Problem.notFound("backup", id.value()))
                    : locked(tx, subject))
            .compose(held ->
                tx.one(
                    """
                    select b.pinned, b.removed_at is not null as removed, (%s) as free,
                        b.id is not distinct from %s as last
                      from backups b where b.id = $1
                    """
                        .formatted(FREE, NEWEST),
                    id.value()))
            .compose(row -> {
              requireRemovable(Rows.present(row), last);
              return tx.query(
                  "update backups set removed_at = now() where id = $1 and removed_at is null",
                  id.value());
            })
            .mapEmpty());
  }

  private static void requireRemovable(Row row, boolean last) {
    if (row.getBoolean("removed")) {
      return;
    }
    if (row.getBoolean("pinned")) {
      throw Problem.conflict(
          "backup_pinned", "This backup is pinned.", "Unpin it first, if it may really go.");
    }
    if (!row.getBoolean("free")) {
      throw Problem.conflict(
          "backup_busy",
          "This backup is being taken, proven or restored just now.",
          "Wait until that has ended, or cancel it.");
    }
    if (row.getBoolean("last") && !last) {
      throw Problem.conflict(
          "last_verified_backup",
          "This is the last verified backup that there is of this.",
          "Take another one first; or send force=true, and there is none.");
    }
  }

  /**
   * Destinations where objects of removed backups may still be.
   *
   * @param folder what our objects' keys begin with; no other object is ever ours to remove
   */
  public Future<List<String>> destinations(String folder) {
    return database.list(
        """
        select distinct destination_id from backups
          where removed_at is not null and starts_with(object_key, $1)
        """,
        row -> row.getString(0),
        folder);
  }

  /** Objects at a destination whose backups are removed, the first removed first. */
  public Future<List<Condemned>> condemned(String destination, String folder, int limit) {
    return database.list(
        """
        select id, object_key from backups
          where destination_id = $1 and removed_at is not null and starts_with(object_key, $2)
          order by removed_at, id limit $3
        """,
        row -> new Condemned(new BackupId(row.getString(0)), row.getString(1)),
        destination,
        folder,
        limit);
  }

  /** The object is gone. */
  public Future<Void> gone(Condemned object) {
    return database
        .query(
            "update backups set object_key = null where id = $1 and removed_at is not null",
            object.id().value())
        .mapEmpty();
  }

  /** Rows of backups that were removed long ago and that no restore tells of. */
  public Future<Integer> forget(Duration oldest) {
    return database.update(
        """
        delete from backups where id in (select id from backups b
          where b.removed_at < now() - $1 * interval '1 millisecond' and b.object_key is null
            and not exists (select 1 from restores r where r.backup_id = b.id)
          order by b.removed_at limit 1000)
        """,
        oldest.toMillis());
  }

  /** How many backups there are that are not removed, and what they take. */
  public Future<Optional<Held>> held() {
    return database
        .one(
            """
            select count(*) as backups,
                coalesce(sum((manifest->>'storedBytes')::bigint), 0)::bigint as bytes
              from backups where removed_at is null and manifest is not null
            """,
            row -> new Held(row.getLong("backups"), row.getLong("bytes")))
        .map(Optional::ofNullable);
  }

  /** What is kept. */
  public record Held(long backups, long bytes) {}
}
