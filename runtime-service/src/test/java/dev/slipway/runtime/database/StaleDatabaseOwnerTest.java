package dev.slipway.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Resources;
import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.docker.TaskInfo;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.Retries;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.SagaRunner;
import dev.slipway.runtime.Fixture;
import dev.slipway.runtime.FrozenEngine;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.DatabaseWorkStore.Order;
import dev.slipway.store.DatabaseWorkStore.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * T3 for databases: a process is stopped for longer than its lease at every change that its work on
 * a database makes to the engine; another takes over; the first goes on. Never do two servers have
 * one volume, and the database ends as the successor left it.
 */
class StaleDatabaseOwnerTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static DatabaseStand stand;

  @BeforeAll
  static void stand() {
    stand = new DatabaseStand(POSTGRES.database());
  }

  @AfterAll
  static void leave() {
    stand.close();
  }

  @Test
  void aStaleOwnerOfAChangeIsRefusedAtEveryChangeItMakes() {
    everyChange(
        DatabaseWork.CHANGE,
        Order.config(
            new DatabaseConfig(null, Resources.UNLIMITED, Map.of("max_connections", "50"), null)),
        Status.SUCCESS);
  }

  @Test
  void aStaleOwnerOfAChangeThatIsUndoneIsRefusedAtEveryChangeItMakes() {
    everyChange(
        DatabaseWork.CHANGE,
        Order.config(new DatabaseConfig("broken/postgres:17", Resources.UNLIMITED, Map.of(), null)),
        Status.FAILED);
  }

  @Test
  void aStaleOwnerOfAnUpgradeIsRefusedAtEveryChangeItMakes() {
    everyChange(DatabaseWork.UPGRADE, Order.version("17"), Status.SUCCESS);
  }

  private void everyChange(DatabaseWork kind, Order order, Status end) {
    List<String> places = new ArrayList<>();
    for (boolean before : List.of(true, false)) {
      boolean more = true;
      for (int at = 1; more; at++) {
        more = frozenAt(at, before, kind, order, end, places);
      }
    }
    assertThat(stand.engine.sharedVolumes()).isEmpty();
    assertThat(places).contains("createService", "changeService", "removeService");
    System.out.printf(
        "PROMISE T3: a stopped owner of a database's %s that ends %s went on at %d changes: two"
            + " writers of a volume 0 times%n",
        kind.wire(), end.wire(), places.size());
  }

  /** False when the work makes fewer changes than that. */
  private boolean frozenAt(
      int at, boolean before, DatabaseWork kind, Order order, Status end, List<String> places) {
    ProjectDatabase database = stand.running();
    String work = stand.ask(database.id(), kind, order);
    FrozenEngine ice = new FrozenEngine(stand.engine, at, before);
    try (Fixture stopped =
        new Fixture(POSTGRES.database(), ice.asEngine(), DatabaseStand.INSTALLATION)) {
      stopped.watch.start();
      SagaRunner stale = runner(stopped, "stale-" + work, Duration.ofHours(1));
      stale.start().await();
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> ice.isFrozen() || ended(work));
      if (!ice.isFrozen()) {
        stale.stop().await();
        return false;
      }
      places.add(String.valueOf(ice.where()));
      leaseRunsOut(work);
      SagaRunner successor = runner(stand.fixture, "successor-" + work, Duration.ofSeconds(2));
      successor.start().await();
      await("taken over at " + ice.where()).atMost(LIMIT).until(() -> ended(work));
      successor.stop().await();
      assertThat(stand.work(work).status()).isEqualTo(end);
      ice.thaw();
      await().atMost(LIMIT).until(() -> stale.running() == 0);
      stale.stop().await();
    }
    await().atMost(LIMIT).until(() -> serving(database) == 1);
    assertThat(stand.engine.sharedVolumes()).isEmpty();
    return true;
  }

  private static boolean ended(String work) {
    Status status = stand.work(work).status();
    return status != Status.PENDING && status != Status.RUNNING;
  }

  private static long serving(ProjectDatabase database) {
    return stand.engine.tasks(Labels.of(DatabaseStand.INSTALLATION, database.id())).stream()
        .filter(TaskInfo::serving)
        .count();
  }

  private static SagaRunner runner(Fixture owner, String name, Duration lease) {
    var config =
        new RunnerConfig(
            name,
            1,
            lease,
            lease.dividedBy(4),
            Duration.ofMillis(20),
            new Retries(3, Duration.ofMillis(5), Duration.ofMillis(20)));
    return new SagaRunner(
        POSTGRES.database().vertx(),
        POSTGRES.database(),
        DatabaseSaga.all(owner.databaseParts(), () -> {}),
        config,
        CrashPoints.NONE);
  }

  /** The heartbeat of a stopped process stops with it. */
  private static void leaseRunsOut(String work) {
    POSTGRES
        .database()
        .update("update sagas set lease_until = now() - interval '1 second' where id = $1", work)
        .await();
  }
}
