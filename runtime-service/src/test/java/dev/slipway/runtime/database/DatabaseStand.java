package dev.slipway.runtime.database;

import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.database.ServerAccess;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.Listener;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.SagaRunner;
import dev.slipway.runtime.Fixture;
import dev.slipway.runtime.service.NodeRequests;
import dev.slipway.store.BackupOrders;
import dev.slipway.store.BackupWish;
import dev.slipway.store.DatabaseStore;
import dev.slipway.store.DatabaseWorkStore.Order;
import dev.slipway.store.DatabaseWorkStore.Work;
import dev.slipway.store.ProjectStore;
import dev.slipway.store.RestartStore;
import dev.slipway.store.RestoreStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A runtime on an engine in memory, and somebody who fulfils what is asked of backup services. */
final class DatabaseStand implements AutoCloseable {
  static final String INSTALLATION = "0123456789ab";
  static final String PASSWORD = "correct horse battery";
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Duration LIMIT = Duration.ofSeconds(30);

  final MemoryEngine engine = new MemoryEngine();
  final Database database;
  final Fixture fixture;
  final DatabaseStores stores;
  private final NodeRequests requests;
  private final Listener asked;
  private final BackupStandIn backups;

  DatabaseStand(Database database) {
    this.database = database;
    engine.hold("slipway-base/postgres:17", MemoryImage.silent());
    engine.hold("slipway-base/postgres:15", MemoryImage.silent());
    engine.hold("mine/postgres:17", MemoryImage.silent());
    engine.hold("broken/postgres:17", MemoryImage.exits(1, "password is " + PASSWORD, "no"));
    // a server that does not start is given up after its third start
    engine.replacesWithin(Duration.ofMillis(20));
    fixture = new Fixture(database, engine, INSTALLATION);
    fixture.watch.start();
    stores = fixture.stores.databases();
    requests =
        new NodeRequests(
            engine, fixture.stores.restarts(), fixture.stores.volumes(), stores.servers());
    requests.start();
    asked =
        new Listener(database.vertx(), database.url())
            .on(RestartStore.ASKED, something -> requests.ring());
    asked.start().await();
    backups = new BackupStandIn(database);
    backups.start();
  }

  /** A database that was asked for and not made yet. */
  DatabaseStore.Created ask(Order order) {
    var wanted =
        new DatabaseStore.Wanted(
            "db" + COUNT.incrementAndGet(),
            new ProjectStore(database).standard().await().id(),
            DatabaseEngine.POSTGRESQL,
            "15",
            DatabaseConfig.PLAIN,
            new ServerAccess("app", new Secret(PASSWORD), "main"));
    return stores.rows().create(wanted, order, "tester").await();
  }

  /** One that runs. */
  ProjectDatabase running() {
    var created = ask(Order.PLAIN);
    settle(created.work());
    return now(created.id());
  }

  String ask(DatabaseId id, DatabaseWork work, Order order) {
    return stores.works().ask(id, work, order, "tester", null).await();
  }

  /** A row of a restore in place that waits for its server. */
  String restoreOf(ProjectDatabase of) {
    var wish = BackupWish.of(of, BackupTrigger.MANUAL, "tester", "local", false);
    var subject = BackupSubject.database(of.id().value());
    return database
        .transaction(tx ->
            BackupOrders.request(tx, wish)
                .compose(backup ->
                    RestoreStore.request(
                        tx,
                        new RestoreStore.Wish(
                            backup.orElseThrow(), subject, List.of(), true, "tester"))))
        .await();
  }

  /** Carries a work out, whatever becomes of it. */
  Work settle(String id) {
    return settle(id, fixture.databaseParts());
  }

  /** The same with other parts than usual. */
  Work settle(String id, DatabaseParts parts) {
    SagaRunner runner =
        new SagaRunner(
            database.vertx(),
            database,
            DatabaseSaga.all(parts, () -> {}),
            RunnerConfig.of("settler-" + id, 1),
            CrashPoints.NONE);
    runner.start().await();
    runner.ring();
    try {
      await(id)
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> Set.of("done", "undone", "stuck").contains(state(id)));
    } finally {
      runner.stop().await();
    }
    return work(id);
  }

  Work work(String id) {
    return stores.works().get(id).await();
  }

  String state(String saga) {
    return String.valueOf(
        database
            .one("select state from sagas where id = $1", row -> row.getString(0), saga)
            .await());
  }

  ProjectDatabase now(DatabaseId id) {
    return stores.rows().get(id).await();
  }

  /** As a process does when it hears that something was asked of its node. */
  void lookAtNode() {
    requests.ring();
  }

  /** The stand-in does nothing until it is told to. */
  BackupStandIn backups() {
    return backups;
  }

  @Override
  public void close() {
    backups.close();
    asked.stop().await();
    requests.close();
    fixture.close();
    engine.close();
  }
}
