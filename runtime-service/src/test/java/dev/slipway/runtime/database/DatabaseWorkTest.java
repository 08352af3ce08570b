package dev.slipway.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Resources;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseStatus;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.TaskInfo;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.Leases;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.DatabaseServerStore.Server;
import dev.slipway.store.DatabaseServerStore.State;
import dev.slipway.store.DatabaseWorkStore.Order;
import dev.slipway.store.DatabaseWorkStore.Status;
import dev.slipway.store.DatabaseWorkStore.Work;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What becomes of work on databases when something is wrong, and of databases that nobody works on.
 */
class DatabaseWorkTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static DatabaseStand stand;

  @BeforeAll
  static void stand() {
    stand = new DatabaseStand(POSTGRES.database());
  }

  @AfterAll
  static void leave() {
    stand.close();
  }

  private static DatabaseConfig image(String image) {
    return new DatabaseConfig(image, Resources.UNLIMITED, Map.of(), null);
  }

  private static List<ServiceInfo> services(ProjectDatabase database) {
    return stand.engine.services(Labels.of(DatabaseStand.INSTALLATION, database.id()));
  }

  @Test
  void onlyOneWorkAtATimeIsTakenForADatabase() {
    ProjectDatabase database = stand.running();
    String first = stand.ask(database.id(), DatabaseWork.RESTART, Order.PLAIN);
    assertThatThrownBy(() -> stand.ask(database.id(), DatabaseWork.STOP, Order.PLAIN))
        .isInstanceOfSatisfying(
            Problem.class,
            busy -> {
              assertThat(busy.status()).isEqualTo(409);
              assertThat(busy.code()).isEqualTo("database_busy");
              assertThat(busy.detail()).contains("restart");
            });
    assertThat(stand.settle(first).status()).isEqualTo(Status.SUCCESS);
    stand.settle(stand.ask(database.id(), DatabaseWork.STOP, Order.PLAIN));
    assertThat(stand.now(database.id()).status()).isEqualTo(DatabaseStatus.STOPPED);
  }

  @Test
  void aServerThatDoesNotStartIsTakenBackAndItsLastWordsToldWithoutThePassword() {
    ProjectDatabase database = stand.running();
    String before = services(database).getFirst().labels().get(Labels.FORM);
    Work work =
        stand.settle(
            stand.ask(
                database.id(), DatabaseWork.CHANGE, Order.config(image("broken/postgres:17"))));
    assertThat(work.status()).isEqualTo(Status.FAILED);
    var failure = Objects.requireNonNull(work.failure());
    assertThat(failure.code()).isEqualTo("server_does_not_start");
    assertThat(failure.logTail()).contains("password is ****", "no");
    assertThat(failure.remedy()).isNotBlank();
    assertThat(stand.now(database.id()).config()).isEqualTo(DatabaseConfig.PLAIN);
    assertThat(services(database).getFirst().labels().get(Labels.FORM)).isEqualTo(before);
  }

  @Test
  void anImageThatIsNowhereIsRefusedBeforeAnythingIsTouched() {
    ProjectDatabase database = stand.running();
    long calls = stand.engine.calls("changeService");
    Work work =
        stand.settle(
            stand.ask(database.id(), DatabaseWork.CHANGE, Order.config(image("no/such:1"))));
    assertThat(Objects.requireNonNull(work.failure()).code()).isEqualTo("image_missing");
    assertThat(stand.engine.calls("changeService")).isEqualTo((int) calls);
  }

  @Test
  void aBackupThatFailsEndsAnUpgradeWithItsCauseAndTheOldServerServes() {
    ProjectDatabase database = stand.running();
    stand.backups().ends("failed", "success");
    try {
      Work work = stand.settle(stand.ask(database.id(), DatabaseWork.UPGRADE, Order.version("17")));
      var failure = Objects.requireNonNull(work.failure());
      assertThat(failure.code()).isEqualTo("safety_backup_failed");
      assertThat(failure.detail()).contains("The disk is full.");
      assertThat(failure.remedy()).isEqualTo("Make room.");
    } finally {
      stand.backups().ends("verified", "success");
    }
    assertThat(stand.now(database.id()).version()).isEqualTo("15");
    assertThat(services(database)).hasSize(1);
  }

  @Test
  void anUpgradeWhoseBackupNobodyTakesGivesTheServerBack() {
    ProjectDatabase database = stand.running();
    stand.backups().ends("pending", "success");
    try {
      Work work = stand.settle(stand.ask(database.id(), DatabaseWork.UPGRADE, Order.version("17")));
      assertThat(Objects.requireNonNull(work.failure()).code()).isEqualTo("no_backup_service");
    } finally {
      stand.backups().ends("verified", "success");
    }
    assertThat(stand.now(database.id()).version()).isEqualTo("15");
    assertThat(services(database)).hasSize(1);
  }

  @Test
  void anUpgradeWhoseBackupTakesTooLongGivesTheServerBack() {
    ProjectDatabase database = stand.running();
    stand.backups().ends("running", "success");
    DatabaseParts usual = stand.fixture.databaseParts();
    DatabaseParts hasty =
        new DatabaseParts(
            usual.stores(),
            usual.base(),
            usual.watch(),
            usual.images(),
            usual.backupsTold(),
            Duration.ofMillis(100),
            usual.backups());
    try {
      Work work =
          stand.settle(stand.ask(database.id(), DatabaseWork.UPGRADE, Order.version("17")), hasty);
      var failure = Objects.requireNonNull(work.failure());
      assertThat(failure.code()).isEqualTo("safety_backup_failed");
      assertThat(failure.detail()).contains("was not proven within").contains("running");
      assertThat(failure.remedy()).contains("SLIPWAY_UPGRADE_BACKUP_LIMIT");
    } finally {
      stand.backups().ends("verified", "success");
    }
    assertThat(stand.now(database.id()).version()).isEqualTo("15");
    assertThat(services(database)).hasSize(1);
  }

  @Test
  void aCopyWhoseBackupNobodyTakesIsGivenUp() {
    ProjectDatabase source = stand.running();
    stand.backups().ends("pending", "success");
    try {
      var copy = stand.ask(Order.restore(stand.restoreOf(source)));
      var failure = Objects.requireNonNull(stand.settle(copy.work()).failure());
      assertThat(failure.code()).isEqualTo("no_backup_service");
      assertThat(failure.remedy()).contains("./slipway status");
    } finally {
      stand.backups().ends("verified", "success");
    }
  }

  @Test
  void aCopyIsFilledOnceItsBackupIsTaken() throws InterruptedException {
    ProjectDatabase source = stand.running();
    stand.backups().ends("running", "success");
    String restore = stand.restoreOf(source);
    var copy = stand.ask(Order.restore(restore));
    AtomicReference<Restore.Status> meanwhile = new AtomicReference<>();
    Thread taken =
        Thread.startVirtualThread(() -> {
          await()
              .atMost(LIMIT)
              .until(
                  () -> "Waits until the backup is taken".equals(stand.work(copy.work()).step()));
          meanwhile.set(restored(restore).status());
          stand.backups().ends("verified", "success");
          stand
              .database
              .update("update backups set status = 'verified' where status = 'running'")
              .await();
        });
    try {
      assertThat(stand.settle(copy.work()).status()).isEqualTo(Status.SUCCESS);
    } finally {
      taken.join();
      stand.backups().ends("verified", "success");
    }
    assertThat(meanwhile.get()).isEqualTo(Restore.Status.WAITING);
    assertThat(restored(restore).status()).isEqualTo(Restore.Status.SUCCESS);
  }

  @Test
  void aCopyWhoseBackupFailsTellsWhyAndNobodyWaitsForIt() {
    ProjectDatabase source = stand.running();
    stand.backups().ends("failed", "success");
    try {
      String restore = stand.restoreOf(source);
      var copy = stand.ask(Order.restore(restore));
      var failure = Objects.requireNonNull(stand.settle(copy.work()).failure());
      assertThat(failure.code()).isEqualTo("backup_failed");
      assertThat(failure.detail()).contains("The disk is full.");
      assertThat(services(stand.now(copy.id()))).isEmpty();
      assertThat(restored(restore).status()).isIn(Restore.Status.FAILED, Restore.Status.CANCELLED);
    } finally {
      stand.backups().ends("verified", "success");
    }
  }

  private static Restore restored(String id) {
    return stand.stores.restores().get(id).await();
  }

  @Test
  void aStoppedDatabaseIsNotUpgraded() {
    ProjectDatabase database = stand.running();
    stand.settle(stand.ask(database.id(), DatabaseWork.STOP, Order.PLAIN));
    Work work = stand.settle(stand.ask(database.id(), DatabaseWork.UPGRADE, Order.version("17")));
    assertThat(Objects.requireNonNull(work.failure()).code()).isEqualTo("database_stopped");
  }

  @Test
  void dataThatAreKeptOutliveTheirDatabaseAndAreNotFoundByTheNextOne() {
    ProjectDatabase database = stand.running();
    Server server = Objects.requireNonNull(stand.stores.servers().serving(database.id()).await());
    removed(stand, stand.ask(database.id(), DatabaseWork.REMOVE, Order.remove(false)));
    assertThat(stand.engine.volumes(Labels.of(DatabaseStand.INSTALLATION, database.id())))
        .singleElement()
        .satisfies(volume -> assertThat(volume.name()).isEqualTo(server.volume()));
    ProjectDatabase next = stand.running();
    assertThat(Objects.requireNonNull(stand.stores.servers().serving(next.id()).await()).volume())
        .isNotEqualTo(server.volume());
  }

  @Test
  void aDatabaseWaitsForTheNameOfOneThatIsBeingRemovedAndIsNotTakenForIt()
      throws InterruptedException {
    var created = stand.ask(Order.PLAIN);
    String name = "sw012345-db-" + stand.now(created.id()).name() + "-g1";
    String other =
        stand.engine.createService(
            ServiceSpec.of(name, "slipway-base/postgres:15")
                .labelsEverywhere(
                    Labels.of(DatabaseStand.INSTALLATION, new DatabaseId("db_other"), 1))
                .replicas(0)
                .build());
    AtomicBoolean leftAlone = new AtomicBoolean();
    Thread removal =
        Thread.startVirtualThread(() -> {
          await()
              .atMost(LIMIT)
              .until(() -> "Starts the server".equals(stand.work(created.work()).step()));
          LockSupport.parkNanos(Duration.ofMillis(400).toNanos());
          leftAlone.set(stand.engine.service(other).isPresent());
          stand.engine.removeService(other);
        });
    Work work = stand.settle(created.work());
    removal.join();
    assertThat(leftAlone).isTrue();
    assertThat(work.status()).isEqualTo(Status.SUCCESS);
    ProjectDatabase database = stand.now(created.id());
    assertThat(services(database)).singleElement().extracting(ServiceInfo::name).isEqualTo(name);
    // and a removal that is late finds nothing of its own under the name
    Server foreign = Objects.requireNonNull(stand.stores.servers().serving(created.id()).await());
    new Servers(stand.fixture.databaseParts()).remove(of(foreign, "db_other"), () -> {});
    assertThat(services(database)).hasSize(1);
  }

  private static Server of(Server server, String id) {
    return new Server(
        new DatabaseId(id),
        server.generation(),
        server.version(),
        server.image(),
        server.service(),
        server.volume(),
        server.nodeId(),
        server.state(),
        server.createdAt(),
        server.replacedAt());
  }

  @Test
  void whatANodeThatIsDownMayStillRunIsNotWaitedForOnceItsDataAreNotWanted() throws Exception {
    try (DatabaseStand several = new DatabaseStand(POSTGRES.database())) {
      MemoryEngine second = several.engine.join("second", NodeInfo.Role.WORKER);
      second.hold("slipway-base/postgres:15", MemoryImage.silent());
      ProjectDatabase database = several.running();
      DatabaseParts parts = several.fixture.databaseParts();
      Servers servers = new Servers(parts);
      Server server = on(database, String.valueOf(second.info().nodeId()));
      servers.run(
          new Forms(parts).of(database, server, server.image(), database.config(), true), () -> {});
      await()
          .atMost(LIMIT)
          .until(() -> several.engine.tasks(server.service()).stream().anyMatch(TaskInfo::serving));
      second.cutOff();
      servers.removeForGood(server, () -> {});
      assertThat(several.engine.service(server.service())).isEmpty();
      removed(several, several.ask(database.id(), DatabaseWork.REMOVE, Order.remove(true)));
    }
  }

  private static Server on(ProjectDatabase database, String node) {
    return new Server(
        database.id(),
        2,
        "15",
        "slipway-base/postgres:15",
        "sw012345-db-" + database.name() + "-g2",
        "sw012345-db." + database.name() + ".g2",
        node,
        State.FILLING,
        database.createdAt(),
        null);
  }

  /** Its row goes with its database. */
  private static void removed(DatabaseStand where, String work) {
    assertThatThrownBy(() -> where.settle(work)).isInstanceOf(Problem.class);
    assertThat(where.state(work)).isEqualTo("done");
  }

  // ---- the reconcile loop

  private static DatabaseKeeper keeper(Lease lease, AtomicLong nanos) {
    return new DatabaseKeeper(
        stand.stores, stand.engine, DatabaseStand.INSTALLATION, lease, () -> {}, nanos::get);
  }

  private static Lease lease() {
    return new Leases(stand.database, "keeper-test")
        .claim("keeper-test", Duration.ofMinutes(1))
        .await()
        .orElseThrow();
  }

  private static List<ServiceInfo> all() {
    return stand.engine.services(Labels.ours(DatabaseStand.INSTALLATION));
  }

  @Test
  void aServiceThatVanishedIsAskedForAgainAndSaidToBeMissing() {
    ProjectDatabase database = stand.running();
    stand.engine.removeService(services(database).getFirst().name());
    keeper(lease(), new AtomicLong()).pass(all());
    Work asked = Objects.requireNonNull(stand.stores.works().active(database.id()).await());
    assertThat(asked.kind()).isEqualTo(DatabaseWork.START);
    assertThat(stand.settle(asked.id()).status()).isEqualTo(Status.SUCCESS);
    assertThat(services(database)).hasSize(1);
    keeper(lease(), new AtomicLong()).pass(all());
    await().atMost(LIMIT).until(() -> stand.now(database.id()).status() == DatabaseStatus.RUNNING);
    assertThat(stand.stores.works().active(database.id()).await()).isNull();
  }

  @Test
  void aServiceThatNoRowTellsOfIsRemovedAfterAMinuteAndOneInUseNever() {
    ProjectDatabase database = stand.running();
    stand.engine.createService(
        ServiceSpec.of("sw012345-db-lost-g1", "slipway-base/postgres:15")
            .labelsEverywhere(
                Map.of(
                    Labels.INSTALLATION,
                    DatabaseStand.INSTALLATION,
                    Labels.DATABASE,
                    "db_lost",
                    Labels.GENERATION,
                    "1"))
            .replicas(0)
            .build());
    AtomicLong nanos = new AtomicLong();
    DatabaseKeeper keeper = keeper(lease(), nanos);
    keeper.pass(all());
    assertThat(stand.engine.service("sw012345-db-lost-g1")).isPresent();
    nanos.addAndGet(Duration.ofSeconds(61).toNanos());
    keeper.pass(all());
    assertThat(stand.engine.service("sw012345-db-lost-g1")).isEmpty();
    assertThat(services(database)).hasSize(1);
  }

  @Test
  void theDataBeforeAnUpgradeAreKeptForAWeek() {
    ProjectDatabase database = stand.running();
    stand.settle(stand.ask(database.id(), DatabaseWork.UPGRADE, Order.version("17")));
    keeper(lease(), new AtomicLong()).pass(all());
    assertThat(former(database).state()).isEqualTo(State.FORMER);
    stand
        .database
        .update(
            "update database_servers set replaced_at = now() - interval '169 hours'"
                + " where database_id = $1 and state = 'former'",
            database.id().value())
        .await();
    keeper(lease(), new AtomicLong()).pass(all());
    await()
        .atMost(LIMIT)
        .until(() -> {
          stand.lookAtNode();
          return former(database).state() == State.REMOVED;
        });
    assertThat(stand.engine.volumes(Labels.of(DatabaseStand.INSTALLATION, database.id(), 2)))
        .hasSize(1);
  }

  private static Server former(ProjectDatabase database) {
    return stand.stores.servers().of(database.id()).await().getLast();
  }
}
