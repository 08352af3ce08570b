package dev.slipway.runtime.deploy;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.platform.pg.Database;
import dev.slipway.store.BackupSamples;
import dev.slipway.store.DeploymentBackups;
import dev.slipway.store.DestinationStore;
import dev.slipway.store.ScheduleStore;
import java.util.List;

/** Applications whose deployments wait for backups of a database. */
final class BackedUp {
  private BackedUp() {}

  /** A database that is backed up before each deployment of the application. */
  static DatabaseId before(Database database, Application application) {
    DatabaseId id = BackupSamples.database(database, application.projectId().value());
    new ScheduleStore(database)
        .add(
            new ScheduleStore.Draft(
                "before deployments",
                BackupSubject.database(id.value()),
                DestinationStore.LOCAL,
                null,
                "UTC",
                application.id().value(),
                null,
                3,
                false,
                false,
                true))
        .await();
    return id;
  }

  /** What a deployment has asked for. */
  static List<Backup> of(Database database, Deployment deployment) {
    return new DeploymentBackups(database).of(deployment.id()).await();
  }
}
