package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for what is in a volume to be replaced by a backup: while its application is stopped and
 * nothing deploys it, and after a backup of what is there was proven.
 */
public final class VolumeRestores {
  private final Queries database;

  public VolumeRestores(Queries database) {
    this.database = database;
  }

  /**
   * Asks for it: the row of the restore, which waits, and the safety backup that it waits for.
   *
   * @param target a volume of any application; the one the backup is of, or another
   * @throws Problem 404; {@code application_runs}, {@code deployment_running}, {@code
   *     volume_being_restored}, {@code volume_not_placed}, {@code
   *     volume_node_without_backup_service}, {@code backup_not_stored}, {@code backup_failed},
   *     {@code backup_not_of_volume}, {@code backup_not_verified}
   */
  public Future<String> ask(BackupId backup, BackupSubject target, String actor) {
    var application = new ApplicationId(String.valueOf(target.id()));
    return database.transaction(tx ->
        mustRest(tx, application)
            .compose(resting -> BackupSubjects.find(tx, target))
            .map(found -> found.orElseThrow(() -> missing(target)))
            .compose(known -> {
              BackupRequests.requirePlaced(target, known);
              return BackupRequests.requireService(tx, known).map(served -> known);
            })
            .compose(known ->
                source(tx, backup)
                    .compose(source -> asked(tx, backup, target, known, source, actor))));
  }

  private static Problem missing(BackupSubject target) {
    return Problem.notFound("volume", String.valueOf(target.volume()));
  }

  /** The application's row is held, so that nobody starts it in between. */
  private static Future<Void> mustRest(Queries tx, ApplicationId application) {
    return tx.one(
            """
            select a.name, a.stopped from applications a where a.id = $1 and not a.deleting
              for no key update
            """,
            application.value())
        .compose(row -> {
          if (row == null) {
            throw Problem.notFound("application", application.value());
          }
          if (!row.getBoolean("stopped")) {
            throw Problem.conflict(
                "application_runs",
                "'" + row.getString("name") + "' is not stopped, and would write to its volume.",
                "Stop it first: POST /api/applications/" + application + "/stop.");
          }
          return mustNotBeDeployed(tx, application);
        })
        .compose(resting -> mustNotBeRestored(tx, application));
  }

  private static Future<Void> mustNotBeDeployed(Queries tx, ApplicationId application) {
    return tx.one(
            """
            select id from deployments where application_id = $1
              and status in ('pending', 'building', 'deploying') limit 1
            """,
            application.value())
        .map(row -> {
          if (row != null) {
            throw Problem.conflict(
                "deployment_running",
                "The deployment " + row.getString(0) + " will start the application.",
                "Wait for its end, or cancel it; then stop the application.");
          }
          return null;
        });
  }

  /** Two of them would wait for each other's safety backup and replace what it is of. */
  static Future<Void> mustNotBeRestored(Queries tx, ApplicationId application) {
    return new RestoreStore(tx)
        .openOf(application)
        .map(open -> {
          if (open.isPresent()) {
            throw Problem.conflict(
                "volume_being_restored",
                "The restore " + open.get() + " replaces a volume of this application.",
                "Wait for its end, or cancel it with POST /api/restores/"
                    + open.get()
                    + "/cancel.");
          }
          return null;
        });
  }

  /** Nothing may start on a volume that is being replaced, or that was only emptied. */
  static Future<Void> mustBeWhole(Queries tx, ApplicationId application) {
    return mustNotBeRestored(tx, application)
        .compose(free -> new RestoreStore(tx).spoiltBy(application))
        .map(spoilt -> {
          if (spoilt.isPresent()) {
            throw spoilt(spoilt.get());
          }
          return null;
        });
  }

  /** What whoever wants to start on such a volume is told. */
  public static Problem spoilt(String restore) {
    return Problem.conflict(
        "volume_spoilt",
        "The restore " + restore + " emptied a volume of this application and did not fill it.",
        "Restore a backup into it first: the safety backup that GET /api/restores/"
            + restore
            + " names holds what was there before.");
  }

  /** Where the backup lies, and whether it is sealed: what is there now shall be treated alike. */
  private record Source(String destination, boolean encrypted) {}

  /** The backup's row is held until the end, so that retention finds it being read. */
  private static Future<Source> source(Queries tx, BackupId backup) {
    return tx.one(
            """
            select subject_kind, status, destination_id, encrypted,
                removed_at is null and manifest is not null as there
              from backups where id = $1 for share
            """,
            backup.value())
        .map(row -> {
          mustBeOfVolume(backup, row);
          Row known = Rows.present(row);
          return new Source(known.getString("destination_id"), known.getBoolean("encrypted"));
        });
  }

  private static void mustBeOfVolume(BackupId backup, @Nullable Row row) {
    if (row == null) {
      throw Problem.notFound("backup", backup.value());
    }
    if (!row.getString("subject_kind").equals(BackupSubject.Kind.VOLUME.wire())) {
      throw Problem.conflict(
          "backup_not_of_volume",
          "This is no backup of a volume.",
          "Choose one; GET /api/backups?applicationId=… lists those of an application's volumes.");
    }
    BackupRequests.requireRestorable(row.getBoolean("there"), row.getString("status"), true);
    if (!row.getString("status").equals("verified")) {
      // what is there is removed before the whole of a backup is read
      throw Problem.conflict(
          "backup_not_verified",
          "Nobody has proven yet that this backup restores.",
          "Prove it with POST /api/backups/" + backup + "/verify, then restore it.");
    }
  }

  private static Future<String> asked(
      Queries tx,
      BackupId backup,
      BackupSubject target,
      BackupSubjects.Known known,
      Source source,
      String actor) {
    var safety =
        new BackupWish(
            target,
            known,
            BackupCause.of(BackupTrigger.SAFETY, actor),
            source.destination(),
            source.encrypted());
    return RestoreStore.request(tx, new RestoreStore.Wish(backup, target, List.of(), true, actor))
        .compose(restore ->
            BackupOrders.request(tx, safety)
                .compose(id -> RestoreStore.safety(tx, restore, id.orElseThrow()))
                .map(restore));
  }
}
