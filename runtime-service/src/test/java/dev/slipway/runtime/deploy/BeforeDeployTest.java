package dev.slipway.runtime.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.database.ServerImage;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.runtime.Fixture;
import dev.slipway.runtime.Fixture.Shape;
import dev.slipway.runtime.RuntimeConfig;
import dev.slipway.runtime.TestRuntime;
import dev.slipway.runtime.keep.KeepConfig;
import dev.slipway.runtime.service.Labels;
import dev.slipway.runtime.service.TaskAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A release starts when its backups are proven, and not otherwise. The test is the backup service.
 */
class BeforeDeployTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String INSTALLATION = "eeeeeeeeeeee";
  private static final Shape SHAPE = Shape.web(Fixture.PORT);
  private static final MemoryEngine ENGINE = new MemoryEngine();
  private static Fixture fixture;
  private static TestRuntime runtime;

  @BeforeAll
  static void stand() {
    ENGINE.hold("shop:old", MemoryImage.web(Fixture.PORT, "old"));
    ENGINE.hold("shop:new", MemoryImage.web(Fixture.PORT, "new"));
    fixture = new Fixture(POSTGRES.database(), ENGINE, INSTALLATION);
    // one deployment at a time: what waits for a backup must not take that place
    runtime = TestRuntime.start(fixture, config(1, Duration.ofMinutes(15)), CrashPoints.NONE);
  }

  private static RuntimeConfig config(int concurrency, Duration backupsWithin) {
    return new RuntimeConfig(
        "before-deploy",
        INSTALLATION,
        "example.test",
        TaskAddress.BRIDGE,
        null,
        concurrency,
        KeepConfig.DEFAULTS,
        ServerImage.plain(),
        new AddressGuard(false),
        backupsWithin,
        Duration.ZERO);
  }

  @AfterAll
  static void leave() {
    runtime.stop();
    fixture.close();
  }

  private static Application serving() {
    Application shop = fixture.application(SHAPE);
    runtime.success(fixture.deploy(shop, SHAPE, "shop:old"));
    return shop;
  }

  private static Deployment next(Application shop) {
    Deployment next = fixture.deploy(shop, SHAPE, "shop:new");
    runtime.ring(next);
    return next;
  }

  /** The one backup that a deployment waits for. */
  private static Backup awaited(Deployment deployment) {
    told(deployment, "Waiting for the backup of");
    return BackedUp.of(POSTGRES.database(), deployment).getFirst();
  }

  private static void told(Deployment deployment, String words) {
    await().atMost(Duration.ofSeconds(20)).until(() -> fixture.log(deployment).contains(words));
  }

  private static void set(Backup backup, String change) {
    POSTGRES
        .database()
        .query("update backups set " + change + " where id = $1", backup.id().value())
        .await();
  }

  private static Failure failure(Application shop, Deployment deployment) {
    Deployment ended = runtime.ended(deployment);
    assertThat(ended.status()).isEqualTo(DeploymentStatus.FAILED);
    nothingNewIsThere(shop);
    Failure failure = ended.failure();
    if (failure == null) {
      throw new AssertionError("It failed without a reason");
    }
    return failure;
  }

  private static void nothingNewIsThere(Application shop) {
    assertThat(fixture.answer(shop.id())).isEqualTo("old");
    assertThat(ENGINE.services(Labels.of(INSTALLATION, shop.id()))).hasSize(1);
  }

  @Test
  void theReleaseStartsOnceTheBackupIsVerifiedAndOthersDeployMeanwhile() {
    Application shop = serving();
    BackedUp.before(POSTGRES.database(), shop);
    Deployment next = next(shop);
    Backup backup = awaited(next);
    set(backup, "status = 'running', started_at = now(), progress_bytes = 12 << 20");
    told(next, "before the release starts: 12 MB taken");

    serving();
    assertThat(fixture.stores.serving().inHands().await())
        .as("what serves is looked after while a backup is waited for")
        .doesNotContain(shop.id());
    assertThat(fixture.status(next)).isEqualTo(DeploymentStatus.DEPLOYING);
    nothingNewIsThere(shop);

    set(backup, "status = 'verified', verified_at = now()");
    runtime.success(next);
    assertThat(fixture.answer(shop.id())).isEqualTo("new");
    assertThat(fixture.now(next).backupIds()).containsExactly(backup.id().value());
    assertThat(fixture.log(next))
        .contains("Waiting for the backup of '" + backup.subjectName() + "'")
        .contains("The backup of '" + backup.subjectName() + "' is verified")
        .contains("Healthy.");
    assertThat(fixture.now(next).steps())
        .extracting(step -> step.name())
        .containsSubsequence("ask-backups", "await-backups", "reserve", "start-new");
  }

  @Test
  void aBackupThatFailsEndsTheDeploymentByNameWithItsCauseAndWhatServedGoesOn() {
    Application shop = serving();
    BackedUp.before(POSTGRES.database(), shop);
    Deployment next = next(shop);
    Backup backup = awaited(next);
    set(
        backup,
        """
        status = 'failed', failure = '{"step": "dump", "code": "disk_full",
          "detail": "The disk is full.", "remedy": "Make room.", "logTail": []}'
        """);

    Failure failure = failure(shop, next);
    assertThat(failure.step()).isEqualTo("await-backups");
    assertThat(failure.code()).isEqualTo("backup_before_deploy_failed");
    assertThat(failure.detail())
        .contains(backup.id().value(), backup.subjectName(), "The disk is full.");
    assertThat(failure.remedy()).startsWith("Make room.").contains("--skip-backups");
  }

  @Test
  void whenOneFailsTheOthersAreNotWaitedForAnyMore() {
    Application shop = serving();
    BackedUp.before(POSTGRES.database(), shop);
    BackedUp.before(POSTGRES.database(), shop);
    Deployment next = next(shop);
    awaited(next);
    List<Backup> both = BackedUp.of(POSTGRES.database(), next);
    set(both.getLast(), "status = 'cancelled'");

    assertThat(failure(shop, next).detail())
        .contains(both.getLast().id().value())
        .contains("was cancelled");
    assertThat(BackedUp.of(POSTGRES.database(), next))
        .allMatch(each -> each.status() == BackupStatus.CANCELLED);
  }

  @Test
  void cancelledWhileItWaitsItCancelsWhatItAskedFor() {
    Application shop = serving();
    BackedUp.before(POSTGRES.database(), shop);
    Deployment next = next(shop);
    Backup backup = awaited(next);
    fixture.stores.deployments().cancel(next.id(), "requested").await();

    assertThat(runtime.ended(next).status()).isEqualTo(DeploymentStatus.CANCELLED);
    nothingNewIsThere(shop);
    assertThat(BackedUp.of(POSTGRES.database(), next))
        .extracting(Backup::id, Backup::status)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(backup.id(), BackupStatus.CANCELLED));
  }

  @Test
  void aBackupThatNobodyBeginsIsNotWaitedForForEver() {
    Application shop = serving();
    BackedUp.before(POSTGRES.database(), shop);
    Deployment next = next(shop);
    set(awaited(next), "created_at = now() - interval '11 minutes'");
    assertThat(failure(shop, next).code()).isEqualTo("no_backup_service");
  }

  @Test
  void aBackupThatTakesTooLongByTheDatabasesClockEndsTheDeployment() {
    Application shop = serving();
    BackedUp.before(POSTGRES.database(), shop);
    Deployment next = next(shop);
    Backup backup = awaited(next);
    set(backup, "status = 'running', created_at = now() - interval '16 minutes'");
    Failure failure = failure(shop, next);
    assertThat(failure.code()).isEqualTo("backup_before_deploy_failed");
    assertThat(failure.detail()).contains("not proven within 15 minutes").contains("running");
    assertThat(failure.remedy()).contains("/api/backups/" + backup.id() + "/logs");
  }

  @Test
  void aDatabaseThatCannotBeReadEndsTheDeploymentBeforeAnythingIsAskedFor() {
    Application shop = serving();
    DatabaseId database = BackedUp.before(POSTGRES.database(), shop);
    POSTGRES
        .database()
        .query("update databases set stopped = true where id = $1", database.value())
        .await();
    Deployment next = next(shop);
    Failure failure = failure(shop, next);
    assertThat(failure.step()).isEqualTo("ask-backups");
    assertThat(failure.code()).isEqualTo("backup_before_deploy_failed");
    assertThat(failure.detail()).contains("is stopped");
    assertThat(failure.remedy()).startsWith("Start it first.");
    assertThat(BackedUp.of(POSTGRES.database(), next)).isEmpty();
  }

  @Test
  void aScheduleWhoseDatabaseIsBeingRemovedIsNamedAndPassedOver() {
    Application shop = serving();
    DatabaseId database = BackedUp.before(POSTGRES.database(), shop);
    POSTGRES
        .database()
        .query("update databases set deleting = true where id = $1", database.value())
        .await();
    Deployment next = next(shop);
    runtime.success(next);
    assertThat(fixture.now(next).backupIds()).isEmpty();
    assertThat(fixture.log(next))
        .contains("What the schedule 'before deployments' backs up is gone, or being removed");
  }

  @Test
  void inAnEmergencyItGoesWithoutAndSaysWhoWantedThat() {
    Application shop = serving();
    BackedUp.before(POSTGRES.database(), shop);
    String digest = ENGINE.image("shop:new").orElseThrow().id();
    Deployment next = fixture.deploy(shop, SHAPE, "shop:new", digest, true);
    runtime.success(next);
    assertThat(fixture.now(next).skipBackups()).isTrue();
    assertThat(fixture.now(next).backupIds()).isEmpty();
    assertThat(fixture.log(next)).contains("tester asked for no backup before this release.");
    assertThat(fixture.now(next).steps())
        .extracting(step -> step.name())
        .contains("reserve")
        .doesNotContain("ask-backups");
  }

  @Test
  void aRollbackWaitsTooAndARestartOfWhatServesDoesNot() {
    Application shop = serving();
    Release old = fixture.stores.releases().get(serves(shop)).await();
    runtime.success(fixture.deploy(shop, SHAPE, "shop:new"));
    BackedUp.before(POSTGRES.database(), shop);

    Deployment restart = fixture.deploy(shop, serves(shop));
    runtime.success(restart);
    assertThat(fixture.now(restart).backupIds()).isEmpty();
    assertThat(fixture.now(restart).steps())
        .extracting(step -> step.name())
        .doesNotContain("ask-backups");

    Deployment back = fixture.deploy(shop, old.id());
    runtime.ring(back);
    Backup backup = awaited(back);
    assertThat(fixture.answer(shop.id())).isEqualTo("new");
    set(backup, "status = 'verified', verified_at = now()");
    runtime.success(back);
    assertThat(fixture.answer(shop.id())).isEqualTo("old");
  }

  private static dev.slipway.contracts.deployment.ReleaseId serves(Application shop) {
    var current = fixture.now(shop).currentReleaseId();
    if (current == null) {
      throw new AssertionError("It does not serve");
    }
    return current;
  }
}
