package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.application.Application;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.store.VolumeStore.Berth;
import dev.slipway.store.VolumeStore.Placed;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class VolumeStoreTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final Map<String, String> DATA = Map.of("data", "sw-shop-data");

  private Database database;
  private VolumeStore volumes;
  private Application shop;

  @BeforeEach
  void aShop() {
    database = POSTGRES.database();
    volumes = new VolumeStore(database);
    shop = Samples.application(database);
  }

  private Berth claim(String owner, String node) {
    return claim(owner, DATA, node);
  }

  private Berth claim(String owner, Map<String, String> names, String node) {
    return volumes.claim(shop.id(), owner, tx -> Future.succeededFuture(), names, node).await();
  }

  @Test
  void aVolumeStaysOnTheNodeItWasFirstPlacedOn() {
    assertThat(volumes.nodeOf(shop.id()).await()).isEmpty();
    assertThat(claim("one", "node-a")).isEqualTo(new Berth("node-a", 1));
    assertThat(claim("two", "node-b").nodeId()).isEqualTo("node-a");
    assertThat(volumes.nodeOf(shop.id()).await()).contains("node-a");
  }

  @Test
  void aNewVolumeJoinsTheOthersOfItsApplication() {
    claim("one", "node-two-volumes");
    claim("two", Map.of("data", "sw-shop-data", "more", "sw-shop-more"), "node-b");
    assertThat(volumes.of(shop.id()).await())
        .extracting(Placed::nodeId)
        .containsOnly("node-two-volumes")
        .hasSize(2);
    assertThat(volumes.perNode().await()).containsEntry("node-two-volumes", 1L);
  }

  @Test
  void everyNewOwnerGetsAHigherFenceAndTheSameOneKeepsIts() {
    Berth first = claim("one", "node-a");
    assertThat(claim("one", "node-a")).isEqualTo(first);
    assertThat(volumes.holds(shop.id(), first).await()).isTrue();
    Berth second = claim("two", "node-a");
    assertThat(second.fence()).isGreaterThan(first.fence());
    assertThat(volumes.holds(shop.id(), first).await()).isFalse();
    assertThat(claim("one", "node-a").fence()).isGreaterThan(second.fence());
  }

  @Test
  void manyOwnersAtOnceGetADifferentFenceEach() {
    List<Future<Berth>> asked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      asked.add(
          volumes.claim(
              shop.id(), "owner-" + i, tx -> Future.succeededFuture(), DATA, "node-" + i));
    }
    Future.all(asked).await();
    Set<Long> fences =
        asked.stream().map(berth -> berth.result().fence()).collect(Collectors.toSet());
    assertThat(fences).hasSize(20);
    assertThat(asked).extracting(berth -> berth.result().nodeId()).containsOnly(node());
  }

  private String node() {
    return volumes.nodeOf(shop.id()).await().orElseThrow();
  }

  @Test
  void whoWasReplacedClaimsNothing() {
    Berth berth = claim("one", "node-a");
    var refused =
        volumes.claim(
            shop.id(),
            "stale",
            tx -> Future.failedFuture(new IllegalStateException("replaced")),
            DATA,
            "node-b");
    assertThatThrownBy(refused::await).hasMessage("replaced");
    assertThat(volumes.holds(shop.id(), berth).await()).isTrue();
  }

  @Test
  void aVolumeThatLeavesIsItsNodesToRemove() {
    claim("one", "node-gone");
    assertThat(volumes.leaving("node-gone").await()).isEmpty();
    volumes.dismiss(shop.id()).await();
    assertThat(volumes.leaving("node-other").await()).isEmpty();
    Placed leaving = volumes.leaving("node-gone").await().getFirst();
    assertThat(leaving.engineName()).isEqualTo("sw-shop-data");
    volumes.removed(leaving).await();
    assertThat(volumes.of(shop.id()).await()).isEmpty();
  }

  @Test
  void aReplicaIsAskedToBeRestartedOnceAndForgottenWhenItWas() {
    var restarts = new RestartStore(database);
    restarts.ask("node-a", "c0ffee", shop.id(), "GET / answered 500").await();
    restarts.ask("node-a", "c0ffee", shop.id(), "GET / answered 500").await();
    assertThat(restarts.of("node-a").await()).hasSize(1);
    assertThat(restarts.of("node-b").await()).isEmpty();
    assertThat(restarts.neglected(Duration.ofHours(1)).await()).isEmpty();
    assertThat(restarts.neglected(Duration.ZERO).await()).hasSize(1);
    restarts.done("c0ffee").await();
    assertThat(restarts.of("node-a").await()).isEmpty();
  }
}
