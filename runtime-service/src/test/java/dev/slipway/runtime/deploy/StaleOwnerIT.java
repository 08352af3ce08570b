package dev.slipway.runtime.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.docker.EngineEvent;
import dev.slipway.docker.Follow;
import dev.slipway.docker.java.JavaDockerEngine;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** T3 on the real engine: two owners in turn, the first stopped for longer than its lease. */
@Tag("docker")
class StaleOwnerIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String INSTALLATION = "0dd0e0000003";
  private static final String IMAGE = "slipway-base/busybox:latest";
  private static final List<EngineEvent> EVENTS = new CopyOnWriteArrayList<>();

  private static JavaDockerEngine engine;
  private static Fixture fixture;
  private static Follow follow;

  @BeforeAll
  static void stand() {
    engine =
        JavaDockerEngine.at(
            System.getenv().getOrDefault("SLIPWAY_DOCKER_HOST", JavaDockerEngine.DEFAULT_HOST));
    fixture = new Fixture(POSTGRES.database(), engine, INSTALLATION);
    fixture.watch.start();
    follow = engine.events(Labels.ours(INSTALLATION), 0, EVENTS::add);
  }

  @AfterAll
  static void leave() {
    follow.close();
    fixture.close();
    Map<String, String> ours = Labels.ours(INSTALLATION);
    engine.services(ours).forEach(service -> engine.removeService(service.id()));
    await().atMost(LIMIT).until(() -> engine.containers(ours).isEmpty());
    engine.volumes(ours).forEach(volume -> engine.removeVolume(volume.name()));
    engine
        .networks(ours)
        .forEach(network ->
            await()
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> {
                  engine.removeNetwork(network.name());
                  return true;
                }));
    engine.close();
  }

  private static Shape serves(String text) {
    return Shape.web(8080)
        .volume("data", "/data")
        .command(
            "mkdir -p /www; echo '%s' > /www/index.html; exec httpd -f -p $PORT -h /www"
                .formatted(text));
  }

  private static SagaRunner runner(Fixture owner, String name, Duration lease) {
    var config =
        new RunnerConfig(
            name, 1, lease, lease.dividedBy(4), Duration.ofMillis(100), Retries.DEFAULT);
    return new SagaRunner(
        POSTGRES.database().vertx(),
        POSTGRES.database(),
        List.of(owner.saga()),
        config,
        CrashPoints.NONE);
  }

  @Test
  void aStaleOwnerIsRefusedAtEveryChange() {
    List<String> places = new ArrayList<>();
    for (int at = 1; frozenAt(at, places); at++) {
      assertThat(overlaps()).isEmpty();
    }
    assertThat(places).contains("createService", "changeService");
    System.out.printf(
        "PROMISE T3: on a real engine a stopped owner went on at %d changes (%s): two writers of a"
            + " volume 0 times%n",
        places.size(), String.join(", ", places));
  }

  private boolean frozenAt(int at, List<String> places) {
    Application shop = fixture.application(serves("old"));
    DeployWorld.settle(fixture, fixture.deploy(shop, serves("old"), IMAGE));
    Deployment deployment = fixture.deploy(shop, serves("new"), IMAGE);
    FrozenEngine ice = new FrozenEngine(engine, at, true);
    try (Fixture stopped = new Fixture(POSTGRES.database(), ice.asEngine(), INSTALLATION)) {
      stopped.watch.start();
      SagaRunner stale = runner(stopped, "stale-" + at, Duration.ofHours(1));
      stale.start().await();
      await().atMost(LIMIT).until(() -> ice.isFrozen() || fixture.status(deployment).ended());
      if (!ice.isFrozen()) {
        stale.stop().await();
        return false;
      }
      places.add(String.valueOf(ice.where()));
      POSTGRES
          .database()
          .update(
              "update sagas set lease_until = now() - interval '1 second' where id = $1",
              Fixture.sagaId(deployment.id()))
          .await();
      SagaRunner successor = runner(fixture, "successor-" + at, Duration.ofSeconds(4));
      successor.start().await();
      await().atMost(LIMIT).until(() -> fixture.status(deployment).ended());
      successor.stop().await();
      ice.thaw();
      await().atMost(LIMIT).until(() -> stale.running() == 0);
      stale.stop().await();
    }
    assertThat(fixture.status(deployment)).isEqualTo(DeploymentStatus.SUCCESS);
    await().atMost(LIMIT).until(() -> fixture.answer(shop.id()).equals("new"));
    return true;
  }

  /** Moments at which containers of two services of one application ran at once. */
  private static List<String> overlaps() {
    Map<String, Map<String, String>> running = new HashMap<>();
    List<String> found = new ArrayList<>();
    for (EngineEvent event : EVENTS) {
      String application = event.attributes().getOrDefault(Labels.APPLICATION, "");
      String service = event.attributes().getOrDefault("com.docker.swarm.service.name", event.id());
      Map<String, String> its = running.computeIfAbsent(application, none -> new HashMap<>());
      if (event.action().equals("start")) {
        its.values().stream()
            .filter(other -> !other.equals(service))
            .forEach(other -> found.add(other + " and " + service));
        its.put(event.id(), service);
      } else if (event.action().equals("die")) {
        its.remove(event.id());
      }
    }
    return found;
  }
}
