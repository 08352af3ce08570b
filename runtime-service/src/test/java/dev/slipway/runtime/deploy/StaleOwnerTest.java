package dev.slipway.runtime.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.TaskInfo;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.Retries;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.SagaRunner;
import dev.slipway.runtime.Fixture;
import dev.slipway.runtime.Fixture.Shape;
import dev.slipway.runtime.FrozenEngine;
import dev.slipway.runtime.service.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * T3: a deployment's process is stopped for longer than its lease at every change it makes to the
 * engine; another takes over; the first goes on. Nothing it does may put a second writer on the
 * volume.
 */
class StaleOwnerTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String INSTALLATION = "eeeeeeeeeeee";
  private static final MemoryEngine ENGINE = new MemoryEngine();
  private static final Shape SHAPE = Shape.web(Fixture.PORT).volume("data", "/data");

  private static Fixture fixture;
  private int frozen;

  @BeforeAll
  static void stand() {
    ENGINE.hold("shop:old", MemoryImage.web(Fixture.PORT, "old"));
    ENGINE.hold("shop:new", MemoryImage.web(Fixture.PORT, "new"));
    ENGINE.hold("shop:next", MemoryImage.web(Fixture.PORT, "next"));
    ENGINE.hold("shop:bad", MemoryImage.exits(3, "no"));
    fixture = new Fixture(POSTGRES.database(), ENGINE, INSTALLATION);
    fixture.watch.start();
  }

  @AfterAll
  static void leave() {
    fixture.close();
    ENGINE.close();
  }

  /** One saga at a time: what stands still must not be taken up by its own process again. */
  private static SagaRunner runner(Fixture owner, String name, Duration lease) {
    Database database = POSTGRES.database();
    var config =
        new RunnerConfig(
            name,
            1,
            lease,
            lease.dividedBy(4),
            Duration.ofMillis(20),
            new Retries(3, Duration.ofMillis(5), Duration.ofMillis(20)));
    return new SagaRunner(
        database.vertx(), database, List.of(owner.saga()), config, CrashPoints.NONE);
  }

  @Test
  void aStaleOwnerOfADeploymentThatSucceedsIsRefusedAtEveryChange() {
    everyChange("shop:new", DeploymentStatus.SUCCESS);
  }

  @Test
  void aStaleOwnerOfADeploymentThatIsUndoneIsRefusedAtEveryChange() {
    everyChange("shop:bad", DeploymentStatus.FAILED);
  }

  private void everyChange(String image, DeploymentStatus end) {
    List<String> places = new ArrayList<>();
    for (boolean before : List.of(true, false)) {
      boolean more = true;
      for (int at = 1; more; at++) {
        more = frozenAt(at, before, image, end, places);
      }
    }
    assertThat(ENGINE.sharedVolumes()).isEmpty();
    assertThat(places).contains("createService", "changeService");
    System.out.printf(
        "PROMISE T3: a stopped owner of a deployment that ends %s went on at %d changes (%s): two"
            + " writers of a volume 0 times%n",
        end.wire(), frozen, String.join(", ", places));
  }

  /** False when the deployment makes fewer changes than that. */
  private boolean frozenAt(
      int at, boolean before, String image, DeploymentStatus end, List<String> places) {
    Application shop = fixture.application(SHAPE);
    DeployWorld.settle(fixture, fixture.deploy(shop, SHAPE, "shop:old"));
    Deployment deployment = fixture.deploy(shop, SHAPE, image);

    FrozenEngine ice = new FrozenEngine(ENGINE, at, before);
    try (Fixture stopped = with(ice.asEngine())) {
      SagaRunner stale = runner(stopped, "stale-" + at, Duration.ofHours(1));
      stale.start().await();
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> ice.isFrozen() || fixture.status(deployment).ended());
      if (!ice.isFrozen()) {
        stale.stop().await();
        return false;
      }
      frozen++;
      places.add(String.valueOf(ice.where()));
      leaseRunsOut(deployment);
      SagaRunner successor = runner(fixture, "successor-" + at, Duration.ofSeconds(2));
      successor.start().await();
      await("taken over at " + ice.where())
          .atMost(LIMIT)
          .until(() -> fixture.status(deployment).ended());
      successor.stop().await();
      assertThat(fixture.status(deployment)).isEqualTo(end);

      ice.thaw();
      await().atMost(LIMIT).until(() -> stale.running() == 0);
      stale.stop().await();
    }
    mustServeAlone(shop, end == DeploymentStatus.SUCCESS ? "new" : "old");
    afterwardsItIsDeployedAsEver(shop);
    return true;
  }

  /** The heartbeat of a stopped process stops with it. */
  private static void leaseRunsOut(Deployment deployment) {
    POSTGRES
        .database()
        .update(
            "update sagas set lease_until = now() - interval '1 second' where id = $1",
            Fixture.sagaId(deployment.id()))
        .await();
  }

  private static Fixture with(DockerEngine engine) {
    Fixture other = new Fixture(POSTGRES.database(), engine, INSTALLATION);
    other.watch.start();
    return other;
  }

  private static void mustServeAlone(Application shop, String text) {
    await().atMost(LIMIT).until(() -> fixture.answer(shop.id()).equals(text));
    assertThat(ENGINE.tasks(Labels.of(INSTALLATION, shop.id())).stream().filter(TaskInfo::serving))
        .hasSize(1);
    assertThat(ENGINE.sharedVolumes()).isEmpty();
  }

  private static void afterwardsItIsDeployedAsEver(Application shop) {
    Deployment next = fixture.deploy(shop, SHAPE, "shop:next");
    DeployWorld.settle(fixture, next);
    assertThat(fixture.status(next)).isEqualTo(DeploymentStatus.SUCCESS);
    mustServeAlone(shop, "next");
  }
}
