package dev.slipway.store;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupSchedule;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Backups that a deployment waits for before its release starts: one for each enabled schedule that
 * says so of its application. However often they are asked for, they are the same.
 */
public final class DeploymentBackups {
  private final Queries database;

  public DeploymentBackups(Queries database) {
    this.database = database;
  }

  /**
   * What schedules want before a deployment.
   *
   * @param wishes what is to be backed up
   * @param empty what lies nowhere yet, so that there is nothing to back up: in people's words
   * @param gone names of the schedules whose subject is not there any more, or on its way out
   */
  public record Wanted(List<BackupWish> wishes, List<String> empty, List<String> gone) {}

  /**
   * What schedules want before this deployment, as things stand now. Nothing is asked for of what
   * is gone or on its way out.
   *
   * @throws Problem as {@link BackupRequests#manual}, for what cannot be read
   */
  public Future<Wanted> wanted(Deployment deployment) {
    return new ScheduleStore(database)
        .beforeDeployments(deployment.applicationId().value())
        .compose(schedules -> {
          Wanted wanted = new Wanted(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
          Future<Void> all = Future.succeededFuture();
          for (BackupSchedule schedule : schedules) {
            all = all.compose(before -> add(wanted, schedule, deployment));
          }
          return all.map(wanted);
        });
  }

  private Future<Void> add(Wanted wanted, BackupSchedule schedule, Deployment deployment) {
    BackupSubject subject = schedule.subject();
    return BackupSubjects.find(database, subject)
        .compose(found -> {
          if (found.isEmpty()) {
            wanted.gone().add(schedule.name());
            return Future.succeededFuture();
          }
          BackupSubjects.Known known = found.get();
          if (subject.kind() == BackupSubject.Kind.VOLUME && known.nodeId() == null) {
            wanted.empty().add(known.name());
            return Future.succeededFuture();
          }
          wanted
              .wishes()
              .add(
                  BackupWish.of(
                      schedule,
                      BackupRequests.requireReadable(subject, known),
                      BackupCause.before(schedule, deployment)));
          return BackupRequests.requireService(database, known);
        });
  }

  /**
   * Asks for them: rows and sagas, in the caller's transaction. What this deployment has asked for
   * before is left as it is.
   */
  public static Future<Void> request(Queries tx, List<BackupWish> wishes) {
    Future<Void> all = Future.succeededFuture();
    for (BackupWish wish : wishes) {
      all =
          all.compose(before -> BackupOrders.request(tx, wish))
              .compose(asked ->
                  tx.query(
                      "update backup_schedules set last_run_at = now() where id = $1",
                      wish.cause().scheduleId()))
              .mapEmpty();
    }
    return all;
  }

  /** What a deployment has asked for, in the order of their ids. */
  public Future<List<Backup>> of(DeploymentId deployment) {
    return database.list(
        BackupRows.BACKUPS + " where b.deployment_id = $1 order by b.id",
        BackupRows::backup,
        deployment.value());
  }
}
