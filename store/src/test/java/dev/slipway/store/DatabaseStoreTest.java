package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.application.Project;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseStatus;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.database.ServerAccess;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CancelOutcome;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.store.DatabaseStore.External;
import dev.slipway.store.DatabaseStore.Wanted;
import dev.slipway.store.DatabaseWorkStore.Order;
import dev.slipway.store.DatabaseWorkStore.Status;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseStoreTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final Secret PASSWORD = new Secret("p@ss/word");
  private static int count;

  private DatabaseStore databases;
  private DatabaseWorkStore works;
  private EnvironmentStore environments;
  private Project project;

  @BeforeEach
  void open() {
    databases = new DatabaseStore(POSTGRES.database(), new PlainVault());
    works = new DatabaseWorkStore(POSTGRES.database());
    environments = new EnvironmentStore(POSTGRES.database(), new PlainVault());
    project = new ProjectStore(POSTGRES.database()).standard().await();
  }

  private Wanted wanted(String name) {
    return new Wanted(
        name,
        project.id(),
        DatabaseEngine.POSTGRESQL,
        "17",
        DatabaseConfig.PLAIN,
        new ServerAccess("app", PASSWORD, "main"));
  }

  private static String fresh() {
    return "base" + ++count;
  }

  private String resolved(String value) {
    var application = Samples.application(POSTGRES.database());
    environments
        .edit(
            application.id(),
            "tester",
            none -> List.of(new EnvironmentVariable("X", value, false, Instant.now(), "tester")))
        .await();
    var effective = environments.effective(application.id(), 1).await();
    return effective.required().values().getOrDefault("X", "");
  }

  @Test
  void aDatabaseIsReferredToByItsNameWhicheverOfItsServersServes() {
    String name = fresh();
    DatabaseId id = databases.create(wanted(name), Order.PLAIN, "tester").await().id();
    assertThat(resolved("${{db." + name + ".url}}"))
        .isEqualTo("postgresql://app:p%40ss%2Fword@" + name + ":5432/main");
    assertThat(resolved("${{db." + name + ".host}}:${{db." + name + ".port}}"))
        .isEqualTo(name + ":5432");
    assertThat(resolved("${{db." + name + ".user}} ${{db." + name + ".database}}"))
        .isEqualTo("app main");
    assertThat(resolved("${{db." + name + ".password}}")).isEqualTo(PASSWORD.reveal());
    assertThat(databases.address(id).await().host()).isEqualTo(name + "-g1");
    assertThat(environments.referringTo(project.id().value(), name).await()).hasSize(4);
  }

  @Test
  void somebodyElsesDatabaseIsReferredToWhereItIs() {
    String name = fresh();
    DatabaseId id =
        databases.addExternal(wanted(name), new External("db.example.org", 6543, true)).await();
    assertThat(resolved("${{db." + name + ".url}}"))
        .isEqualTo("postgresql://app:p%40ss%2Fword@db.example.org:6543/main?sslmode=require");
    assertThatThrownBy(() -> works.ask(id, DatabaseWork.STOP, Order.PLAIN, "t", null).await())
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.code()).isEqualTo("database_external"));
    databases.forgetExternal(id).await();
    assertThat(databases.find(project.id(), name).await()).isNull();
  }

  @Test
  void applicationsAndDatabasesShareOneRoomOfNames() {
    var application = Samples.application(POSTGRES.database());
    assertThatThrownBy(
            () -> databases.create(wanted(application.name()), Order.PLAIN, "tester").await())
        .hasMessageContaining("An application named");
    String name = fresh();
    databases.create(wanted(name), Order.PLAIN, "tester").await();
    assertThatThrownBy(() ->
            new ApplicationStore(POSTGRES.database())
                .create(name, project.id(), application.config())
                .await())
        .hasMessageContaining("A database named");
  }

  @Test
  void workThatWasNotBegunIsCancelledWithItsRow() {
    var created = databases.create(wanted(fresh()), Order.PLAIN, "tester").await();
    assertThat(works.cancel(created.id()).await()).isEqualTo(CancelOutcome.NEVER_RAN);
    assertThat(works.get(created.work()).await().status()).isEqualTo(Status.CANCELLED);
    String next = works.ask(created.id(), DatabaseWork.REMOVE, Order.PLAIN, "t", null).await();
    assertThat(Objects.requireNonNull(works.active(created.id()).await()).id()).isEqualTo(next);
  }

  private String restore(DatabaseId from) {
    BackupId backup = BackupSamples.asked(POSTGRES.database(), from, BackupTrigger.MANUAL);
    var wish =
        new RestoreStore.Wish(
            backup, BackupSubject.database(from.value()), List.of(), false, "tester");
    return new RestoreStore(POSTGRES.database()).request(wish).await();
  }

  private static Restore restored(String id) {
    return new RestoreStore(POSTGRES.database()).get(id).await();
  }

  @Test
  void aDatabaseThatWasCancelledBeforeItWasMadeIsNotCreatingAnyMoreNorIsItsRestoreWaiting() {
    String restore = restore(BackupSamples.database(POSTGRES.database(), null));
    var created = databases.create(wanted(fresh()), Order.restore(restore), "tester").await();
    assertThat(works.cancel(created.id()).await()).isEqualTo(CancelOutcome.NEVER_RAN);
    assertThat(databases.get(created.id()).await().status()).isEqualTo(DatabaseStatus.FAILED);
    assertThat(restored(restore).status()).isEqualTo(Restore.Status.CANCELLED);
  }

  @Test
  void theRestoreOfWorkThatFailedFailsWithItAndOneThatSucceededStaysSo() {
    DatabaseId from = BackupSamples.database(POSTGRES.database(), null);
    String waiting = restore(from);
    assertThat(workFailed(waiting).status()).isEqualTo(Restore.Status.FAILED);
    assertThat(Objects.requireNonNull(restored(waiting).failure()).code()).isEqualTo("no_room");
    String done = restore(from);
    RestoreStore.succeeded(POSTGRES.database(), done).await();
    assertThat(workFailed(done).status()).isEqualTo(Restore.Status.SUCCESS);
  }

  private Restore workFailed(String restore) {
    var created = databases.create(wanted(fresh()), Order.restore(restore), "tester").await();
    var failure = new Failure("start", "no_room", "There is no room.", "Make some.", List.of());
    DatabaseWorkStore.ended(POSTGRES.database(), created.work(), Status.FAILED, failure).await();
    return restored(restore);
  }

  @Test
  void whoHasSeenAnOlderVersionIsToldSo() {
    var created = databases.create(wanted(fresh()), Order.PLAIN, "tester").await();
    works.cancel(created.id()).await();
    assertThatThrownBy(
            () -> works.ask(created.id(), DatabaseWork.STOP, Order.PLAIN, "t", 99L).await())
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(412));
  }
}
