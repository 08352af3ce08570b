package dev.slipway.store;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupOrder;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.saga.NewSaga;
import dev.slipway.platform.saga.SagaStore;
import io.vertx.core.Future;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What asks for backups and for their proofs: row and saga, in the caller's transaction. */
public final class BackupOrders {
  private BackupOrders() {}

  /**
   * Asks for a backup.
   *
   * @return empty when the wish's schedule has asked for that very moment, or before that very
   *     deployment, already
   */
  public static Future<Optional<BackupId>> request(Queries tx, BackupWish wish) {
    BackupId id = BackupId.fresh();
    return insert(tx, id, wish, null, null)
        .compose(rows ->
            rows == 0
                ? Future.succeededFuture(Optional.empty())
                : SagaStore.submit(tx, saga(id, wish)).map(Optional.of(id)));
  }

  private static NewSaga saga(BackupId id, BackupWish wish) {
    return new NewSaga(
        id.value(),
        BackupStore.kindAt(BackupStore.BACKUP, wish.known().nodeId()),
        1,
        id.value(),
        BackupRows.exclusive(BackupStore.BACKUP, wish.subject()),
        new BackupOrder(id, wish.pauseApplication()));
  }

  /**
   * Makes the row of a backup whose object lies at its destination already (a dump that somebody
   * sent), and asks for its proof. A manifest without counts gets those of the restored copy.
   *
   * @param key where it lies
   */
  public static Future<BackupId> imported(
      Queries tx, BackupId id, BackupWish wish, String key, Manifest manifest) {
    return insert(tx, id, wish, key, manifest)
        .compose(rows -> SagaStore.submit(tx, proof(id, 1)))
        .map(id);
  }

  /**
   * Asks to prove a backup that lies at its destination, once more.
   *
   * @throws Problem {@code backup_not_stored} when nothing lies there, {@code backup_busy} while it
   *     is being taken or proven
   */
  static Future<Void> askProof(Queries tx, BackupId id) {
    return tx.one(
            BackupRows.BACKUPS + " where b.id = $1 for update", BackupRows::backup, id.value())
        .compose(backup -> {
          mustLieThere(id, backup);
          return tx.one(
              """
              select count(*) filter (where state in ('waiting', 'running', 'undoing')) as open,
                  count(*) filter (where kind = $2) as proofs
                from sagas where subject = $1
              """,
              id.value(),
              BackupStore.VERIFY);
        })
        .compose(row -> {
          if (Rows.present(row).getLong("open") > 0) {
            throw Problem.conflict(
                "backup_busy",
                "This backup is being taken or proven just now.",
                "Wait until it has ended, or cancel it.");
          }
          return SagaStore.submit(tx, proof(id, row.getLong("proofs") + 1));
        })
        .compose(done -> BackupRows.openLog(tx, LogStreams.of(id)));
  }

  private static void mustLieThere(BackupId id, @Nullable Backup backup) {
    if (backup == null) {
      throw Problem.notFound("backup", id.value());
    }
    if (backup.manifest() == null || backup.removedAt() != null) {
      throw Problem.conflict(
          "backup_not_stored",
          "Nothing of this backup lies at its destination.",
          "Take a new backup; GET /api/backups shows which ones are stored.");
    }
  }

  private static NewSaga proof(BackupId id, long number) {
    return new NewSaga(
        id.value() + ".verify." + number,
        BackupStore.VERIFY,
        1,
        id.value(),
        BackupStore.VERIFY + ":" + id.value(),
        new BackupOrder(id, false));
  }

  private static Future<Integer> insert(
      Queries tx, BackupId id, BackupWish wish, @Nullable String key, @Nullable Manifest manifest) {
    return tx.update(
        """
        insert into backups(id, subject_kind, subject_id, subject_volume, subject_name, project_id,
            engine, engine_version, schedule_id, due_at, trigger, actor, destination_id, encrypted,
            object_key, manifest, deployment_id, status, stored_at)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
            cast($16::text as jsonb), $17,
            case when $16::text is null then 'pending' else 'stored' end,
            case when $16::text is null then null else now() end)
          on conflict do nothing
        """,
        id.value(),
        wish.subject().kind().wire(),
        wish.subject().id(),
        wish.subject().volume(),
        wish.known().name(),
        wish.known().projectId(),
        wish.known().engine(),
        wish.known().version(),
        wish.cause().scheduleId(),
        wish.cause().dueAt() == null ? null : wish.cause().dueAt().atOffset(ZoneOffset.UTC),
        wish.cause().trigger().wire(),
        wish.cause().actor(),
        wish.destinationId(),
        wish.encrypted(),
        key,
        manifest == null ? null : Json.text(manifest),
        wish.cause().deploymentId() == null ? null : wish.cause().deploymentId().value());
  }
}
