package dev.slipway.ingress.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.route.RouteState;
import dev.slipway.contracts.route.Target;
import dev.slipway.ingress.routes.ReleaseLoad;
import dev.slipway.ingress.routes.RouteFiles;
import dev.slipway.ingress.routes.Routes;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.DatabaseUrl;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.store.InstallationStore;
import dev.slipway.store.RouteStore;
import dev.slipway.store.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RouteFeedTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final String INSTALLATION = "abcdef012345";

  @TempDir Path data;
  private final Routes routes = new Routes();
  private final List<Target> targets = List.of(new Target("10.0.0.1", 8080));
  private Database database;
  private RouteStore store;
  private Application application;
  private RouteFeed feed;

  @BeforeEach
  void anInstallation() throws IOException {
    database = POSTGRES.database();
    store = new RouteStore(database);
    new InstallationStore(database).idOr(INSTALLATION).await();
    database.query("delete from routes").await();
    database.query("delete from ingresses").await();
    application = Samples.application(database);
    Files.writeString(data.resolve("installation-id"), INSTALLATION + "\n");
    feed = feed(routes);
  }

  @AfterEach
  void stop() throws InterruptedException {
    feed.stop();
  }

  private RouteFeed feed(Routes into) {
    Home home = new Home(data, Optional.empty());
    return new RouteFeed(POSTGRES.vertx(), home, into, new RouteFiles(home.routes()));
  }

  private void databaseAt(int port) throws IOException {
    DatabaseUrl url = POSTGRES.url();
    DatabaseUrl moved =
        new DatabaseUrl(
            url.user(), url.password(), "127.0.0.1", port, url.database(), url.options());
    Files.writeString(data.resolve("database.url"), moved.reveal());
  }

  private void route(String release, String... hosts) {
    database
        .transaction(tx ->
            RouteStore.put(
                tx,
                application.id(),
                new ReleaseId(release),
                RouteState.SERVING,
                List.of(hosts),
                targets))
        .await();
  }

  private void awaitHost(Routes in, String host) {
    await().atMost(Duration.ofSeconds(15)).until(() -> in.current().site(host) != null);
  }

  @Test
  void aNewTableIsAppliedReportedAndKeptOnDisk() throws Exception {
    databaseAt(POSTGRES.url().port());
    feed.start();
    await().until(feed::connected);

    route("rel_1", "shop.test");
    long version = store.version().await();
    await().atMost(Duration.ofSeconds(3)).until(() -> store.behind(version).await() == 0);
    assertThat(routes.current().version()).isEqualTo(version);
    assertThat(routes.current().site("shop.test")).isNotNull();
    await()
        .untilAsserted(() ->
            assertThat(new RouteFiles(data.resolve("routes")).load())
                .hasValueSatisfying(table -> assertThat(table.version()).isEqualTo(version)));
  }

  @Test
  void theEndOfADrainIsReported() throws Exception {
    databaseAt(POSTGRES.url().port());
    route("rel_old", "shop.test");
    feed.start();
    awaitHost(routes, "shop.test");
    ReleaseLoad old = routes.current().sites().values().iterator().next().load();
    old.enter();
    route("rel_new", "shop.test");
    await().until(() -> store.behind(store.version().await()).await() == 0);
    assertThat(store.inFlight(new ReleaseId("rel_old")).await()).isEqualTo(1);

    old.leave();
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> store.inFlight(new ReleaseId("rel_old")).await() == 0);
  }

  @Test
  void itStartsWithoutADatabaseAndFindsItWhereverItComesUp() throws Exception {
    databaseAt(POSTGRES.url().port());
    route("rel_1", "shop.test");
    feed.start();
    awaitHost(routes, "shop.test");
    await().until(() -> Files.exists(data.resolve("routes/current.json")));
    feed.stop();

    Files.delete(data.resolve("database.url"));
    Routes again = new Routes();
    feed = feed(again);
    feed.recallLastGood();
    feed.start();
    assertThat(again.current().site("shop.test")).as("known from disk").isNotNull();
    assertThat(feed.connected()).isFalse();

    try (Relay first = new Relay(POSTGRES.url().port())) {
      databaseAt(first.port());
      await().until(feed::connected);
      route("rel_2", "shop.test", "second.test");
      awaitHost(again, "second.test");
    }
    await().until(() -> !feed.connected());
    assertThat(again.current().site("second.test")).as("stays in force").isNotNull();
    route("rel_3", "third.test");
    try (Relay moved = new Relay(POSTGRES.url().port())) {
      databaseAt(moved.port());
      awaitHost(again, "third.test");
      assertThat(again.current().site("shop.test")).isNull();
      feed.stop();
    }
  }

  @Test
  void anEmptyTableIsBelievedOnlyFromTheOwnDatabase() throws Exception {
    databaseAt(POSTGRES.url().port());
    route("rel_1", "shop.test");
    feed.start();
    awaitHost(routes, "shop.test");
    database.query("delete from routes").await();
    await().until(() -> routes.current().site("shop.test") == null);
    route("rel_1", "shop.test");
    awaitHost(routes, "shop.test");
    await().until(() -> store.behind(store.version().await()).await() == 0);
    feed.stop();

    database.query("delete from routes").await();
    Files.writeString(data.resolve("installation-id"), "999999999999");
    Routes again = new Routes();
    feed = feed(again);
    feed.recallLastGood();
    feed.start();
    await()
        .during(Duration.ofMillis(700))
        .atMost(Duration.ofSeconds(3))
        .until(() -> again.current().site("shop.test") != null && !feed.connected());
    assertThat(ingresses()).as("it does not report to strangers").isZero();
  }

  @Test
  void whoLeavesInOrderIsWaitedForNoMore() throws Exception {
    databaseAt(POSTGRES.url().port());
    feed.start();
    await().until(() -> ingresses() == 1);
    feed.stop();
    assertThat(ingresses()).isZero();
  }

  private int ingresses() {
    return store.behind(Long.MAX_VALUE).await();
  }
}
