package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.route.Route;
import dev.slipway.contracts.route.RouteState;
import dev.slipway.contracts.route.RouteTable;
import dev.slipway.contracts.route.Target;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RouteStoreTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private Database database;
  private RouteStore routes;
  private Application application;
  private Release release;

  @BeforeEach
  void aRelease() {
    database = POSTGRES.database();
    routes = new RouteStore(database);
    application = Samples.application(database);
    release = Samples.serving(database, application, "v1");
    new InstallationStore(database).idOr("abcdef012345").await();
  }

  @Test
  void aTableIsReadWholeAtItsVersion() {
    long before = routes.version().await();
    put(List.of("shop.example.org", "shop.localhost"), List.of(new Target("172.18.0.5", 8080)));

    RouteTable table = routes.table().await();
    assertThat(table.version()).isGreaterThan(before).isEqualTo(routes.version().await());
    assertThat(table.installationId()).isEqualTo("abcdef012345");
    assertThat(table.routes())
        .filteredOn(route -> route.applicationId().equals(application.id()))
        .extracting(Route::host)
        .containsExactly("shop.example.org", "shop.localhost");
  }

  @Test
  void hostsThatAreNoLongerNamedLoseTheirRoute() {
    put(List.of("old.example.org", "kept.example.org"), List.of());
    put(List.of("kept.example.org"), List.of());

    assertThat(routes.of(application.id()).await())
        .extracting(Route::host)
        .containsExactly("kept.example.org");
  }

  @Test
  void targetsOfAReleaseThatIsNotRoutedToAnyMoreChangeNothing() {
    put(List.of("shop.example.org"), List.of(new Target("172.18.0.5", 8080)));
    long version = routes.version().await();
    List<Target> moved = List.of(new Target("172.18.0.9", 8080));

    assertThat(
            routes
                .retarget(application.id(), new ReleaseId("rel_old"), RouteState.SERVING, moved)
                .await())
        .isFalse();
    assertThat(routes.retarget(application.id(), release.id(), RouteState.SERVING, moved).await())
        .isTrue();
    assertThat(routes.version().await()).isGreaterThan(version);
    assertThat(routes.of(application.id()).await().getFirst().targets()).isEqualTo(moved);
  }

  @Test
  void onlyLiveIngressesAreWaitedFor() {
    put(List.of("shop.example.org"), List.of());
    long version = routes.version().await();
    routes.report("live", version - 1, Map.of(release.id().value(), 3)).await();
    routes.report("dead", version - 1, Map.of(release.id().value(), 9)).await();
    database
        .query("update ingresses set heartbeat_at = now() - interval '1 minute' where id = 'dead'")
        .await();

    assertThat(routes.behind(version).await()).isEqualTo(1);
    assertThat(routes.inFlight(release.id()).await()).isEqualTo(3);

    routes.report("live", version, Map.of()).await();
    assertThat(routes.behind(version).await()).isZero();
    assertThat(routes.inFlight(release.id()).await()).isZero();
    routes.leave("live").await();
  }

  private void put(List<String> hosts, List<Target> targets) {
    database
        .transaction(tx ->
            RouteStore.put(tx, application.id(), release.id(), RouteState.SERVING, hosts, targets))
        .await();
  }
}
