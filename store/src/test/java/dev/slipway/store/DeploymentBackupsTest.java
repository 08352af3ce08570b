package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupSchedule;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.deployment.DeployOrder;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.store.DeploymentBackups.Wanted;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is backed up before a deployment, asked for once however often it is asked. */
class DeploymentBackupsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Application shop = Samples.application(database);
  private final DeploymentBackups backups = new DeploymentBackups(database);

  private BackupSchedule schedule(BackupSubject subject, boolean enabled) {
    return new ScheduleStore(database)
        .add(
            new ScheduleStore.Draft(
                "before",
                subject,
                DestinationStore.LOCAL,
                null,
                "UTC",
                shop.id().value(),
                null,
                null,
                true,
                false,
                enabled))
        .await();
  }

  private BackupSchedule schedule() {
    return schedule(data(), true);
  }

  private BackupSubject data() {
    return BackupSubject.database(BackupSamples.database(database, null).value());
  }

  private Deployment deployment() {
    return new DeploymentStore(database).get(Samples.waiting(database, shop)).await();
  }

  private Wanted wanted(Deployment deployment) {
    return backups.wanted(deployment).await();
  }

  private String kindOf(Deployment deployment) {
    return String.valueOf(
        database
            .one(
                "select kind from sagas where subject = $1 order by seq desc limit 1",
                row -> row.getString(0),
                deployment.id().value())
            .await());
  }

  @Test
  void askedForAgainTheyAreTheSame() {
    BackupSchedule schedule = schedule();
    Deployment deployment = deployment();
    for (int times = 0; times < 3; times++) {
      Wanted wanted = wanted(deployment);
      database.transaction(tx -> DeploymentBackups.request(tx, wanted.wishes())).await();
    }
    List<Backup> asked = backups.of(deployment.id()).await();
    assertThat(asked).hasSize(1);
    Backup backup = asked.getFirst();
    assertThat(backup.trigger()).isEqualTo(BackupTrigger.BEFORE_DEPLOY);
    assertThat(backup.scheduleId()).isEqualTo(schedule.id());
    assertThat(backup.deploymentId()).isEqualTo(deployment.id());
    assertThat(backup.actor()).isEqualTo(deployment.actor());
    assertThat(backup.encrypted()).isTrue();
    assertThat(new ScheduleStore(database).get(schedule.id()).await().lastRunAt()).isNotNull();
    assertThat(new DeploymentStore(database).get(deployment.id()).await().backupIds())
        .containsExactly(backup.id().value());
    Long sagas =
        database
            .one(
                "select count(*) from sagas where subject = $1",
                row -> row.getLong(0),
                backup.id().value())
            .await();
    assertThat(sagas).isEqualTo(1);
  }

  @Test
  void eachDeploymentHasItsOwn() {
    schedule();
    Deployment first = deployment();
    Deployment second = deployment();
    for (Deployment deployment : List.of(first, second)) {
      Wanted wanted = wanted(deployment);
      database.transaction(tx -> DeploymentBackups.request(tx, wanted.wishes())).await();
    }
    assertThat(backups.of(first.id()).await()).hasSize(1);
    assertThat(backups.of(second.id()).await())
        .hasSize(1)
        .doesNotContainAnyElementsOf(backups.of(first.id()).await());
  }

  @Test
  void onlyApplicationsWithSuchAScheduleWaitAfterTheirBuild() {
    Release release = Samples.candidate(database, shop, "any");
    var order = new DeployOrder(release.deploymentId(), shop.id(), release.id());
    DeploymentStore deployments = new DeploymentStore(database);
    assertThat(deployments.afterBuild(order).await().kind()).isEqualTo("deploy");
    BackupSchedule disabled = schedule(data(), false);
    assertThat(deployments.afterBuild(order).await().kind()).isEqualTo("deploy");
    new ScheduleStore(database).remove(disabled.id(), null).await();
    schedule();
    assertThat(deployments.afterBuild(order).await())
        .isEqualTo(DeploymentStore.saga(order, "before-deploy"));
  }

  @Test
  void aReleaseThatIsWantedBackWaitsTheSameWay() {
    Release release = Samples.serving(database, shop, "served");
    Samples.serving(database, shop, "next");
    var wish = new DeploymentStore.Wish(Trigger.ROLLBACK, "tester", "back", null);
    DeploymentStore deployments = new DeploymentStore(database);
    var without = deployments.requestRelease(shop.id(), release.id(), wish).await();
    assertThat(kindOf(deployments.get(without).await())).isEqualTo("deploy");
    schedule();
    var with =
        deployments.requestRelease(shop.id(), release.id(), wish).compose(deployments::get).await();
    assertThat(kindOf(with)).isEqualTo("before-deploy");
  }

  @Test
  void whoeverGoesWithoutWaitsNotEvenForAPlaceAmongThoseWhoWait() {
    Release release = Samples.serving(database, shop, "served");
    Samples.serving(database, shop, "next");
    schedule();
    var wish =
        new DeploymentStore.Wish(Trigger.ROLLBACK, "tester", "back", null).withoutBackups(true);
    DeploymentStore deployments = new DeploymentStore(database);
    var back =
        deployments.requestRelease(shop.id(), release.id(), wish).compose(deployments::get).await();
    assertThat(kindOf(back)).isEqualTo("deploy");
    assertThat(back.skipBackups()).isTrue();

    var built = deployments.request(shop.id(), wish).await();
    var order = new DeployOrder(built, shop.id(), release.id());
    assertThat(deployments.afterBuild(order).await().kind()).isEqualTo("deploy");
  }

  @Test
  void aRestartWaitsForNothingUnlessAnotherReleaseMayServeBeforeItsTurn() {
    Release release = Samples.serving(database, shop, "served");
    schedule();
    var wish = new DeploymentStore.Wish(Trigger.ROLLBACK, "tester", "again", null);
    DeploymentStore deployments = new DeploymentStore(database);
    var alone = deployments.requestRelease(shop.id(), release.id(), wish).await();
    assertThat(kindOf(deployments.get(alone).await())).isEqualTo("deploy");
    var behind = deployments.requestRelease(shop.id(), release.id(), wish).await();
    assertThat(kindOf(deployments.get(behind).await())).isEqualTo("before-deploy");
  }

  @Test
  void whatCannotBeReadIsNamed() {
    schedule();
    database.query("update databases set stopped = true").await();
    Deployment deployment = deployment();
    assertThatThrownBy(() -> wanted(deployment))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("is stopped");
    database.query("update databases set stopped = false").await();
  }

  @Test
  void whatIsOnItsWayOutIsNotAskedFor() {
    BackupSubject leaving = data();
    schedule(leaving, true);
    database
        .query(
            "update databases set deleting = true where id = $1",
            new DatabaseId(String.valueOf(leaving.id())).value())
        .await();
    Wanted wanted = wanted(deployment());
    assertThat(wanted.wishes()).isEmpty();
    assertThat(wanted.gone()).containsExactly("before");
  }

  @Test
  void aVolumeThatIsDescribedNoMoreIsBackedUpForAsLongAsItsDataIsThere() {
    placed("data");
    placed("leaves");
    database
        .query(
            "insert into processes(id, role, version, host, node_id) values"
                + " ('backup-1', 'backup', '1', 'host', 'node-1')")
        .await();
    schedule(BackupSubject.volume(shop.id().value(), "data"), true);
    schedule(BackupSubject.volume(shop.id().value(), "leaves"), true);
    database
        .query(
            "update volumes set leaving = true where application_id = $1 and name = 'leaves'",
            shop.id().value())
        .await();
    Wanted wanted = wanted(deployment());
    assertThat(wanted.wishes())
        .singleElement()
        .satisfies(wish -> {
          assertThat(wish.subject().volume()).isEqualTo("data");
          assertThat(wish.known().nodeId()).isEqualTo("node-1");
        });
    assertThat(wanted.gone()).hasSize(1);
    database.query("delete from processes where id = 'backup-1'").await();
  }

  private void placed(String volume) {
    database
        .query(
            """
            insert into volumes(application_id, name, engine_name, node_id, owner, fence)
              values ($1, $2, $2, 'node-1', 'test', 1)
            """,
            shop.id().value(),
            volume)
        .await();
  }
}
