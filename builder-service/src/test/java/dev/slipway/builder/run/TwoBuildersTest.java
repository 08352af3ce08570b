package dev.slipway.builder.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.Registry;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.Retries;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.SagaRunner;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * One builder dies between any two lines, and another one with a disk and an engine of its own
 * finishes the build.
 */
class TwoBuildersTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final RegistryAuth ROBOT = new RegistryAuth("registry.example", "robot", "hush");
  private static final Registry REGISTRY = new Registry("registry.example/team", ROBOT);
  private static final Retries QUICK = new Retries(3, Duration.ofMillis(5), Duration.ofMillis(20));

  @TempDir Path folder;
  private final MemoryEngine first = new MemoryEngine();
  private final MemoryEngine second = first.join("second", NodeInfo.Role.MANAGER);
  private BuildWorld world;

  @BeforeEach
  void open() throws IOException {
    POSTGRES.clear("applications", "sagas", "saga_steps", "saga_runners");
    for (var engine : List.of(first, second)) {
      engine.hold("slipway-base/busybox:latest", MemoryImage.web(3000, "hello"));
    }
    first.registryWants(ROBOT);
    world = new BuildWorld(folder, POSTGRES, first, null);
    world
        .repository("app")
        .file("Dockerfile", "FROM slipway-base/busybox:latest\nRUN echo building\n")
        .commit("First");
  }

  @AfterEach
  void close() {
    world.close();
  }

  private SagaRunner runner(
      DockerEngine engine, String host, @Nullable Registry registry, CrashPoints points) {
    return new SagaRunner(
        POSTGRES.vertx(),
        POSTGRES.database(),
        List.of(world.sagaOn(engine, host, registry)),
        new RunnerConfig(
            host, 2, Duration.ofMillis(300), Duration.ofMillis(100), Duration.ofMillis(50), QUICK),
        points);
  }

  /** Runs the first builder until it dies there. */
  private void die(String point, @Nullable Registry registry) throws Exception {
    var dead = new CompletableFuture<Future<Void>>();
    var dying = new CompletableFuture<SagaRunner>();
    var runner =
        runner(
            first,
            "first",
            registry,
            reached -> {
              if (reached.equals(point)) {
                dead.complete(dying.join().stop());
                throw new CrashPoints.Crash(point);
              }
            });
    dying.complete(runner);
    runner.start().await();
    dead.get(30, TimeUnit.SECONDS).await();
  }

  private Deployment finished(DeploymentId id, @Nullable Registry registry) {
    var runner = runner(second, "second", registry, CrashPoints.NONE);
    runner.start().await();
    try {
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(10))
          .until(
              () -> world.get(id).status(),
              status -> status != DeploymentStatus.BUILDING && status != DeploymentStatus.PENDING);
    } finally {
      runner.stop().await();
    }
    return world.get(id);
  }

  private List<String> points() {
    var points = new ArrayList<String>();
    for (var step : world.saga().script().stepNames()) {
      for (var where : List.of("before", "after-effect", "after-checkpoint")) {
        points.add("build." + step + "." + where);
      }
    }
    points.removeLast(); // after the hand-over there is nothing left to take over
    return points;
  }

  private String image(Deployment deployment) {
    return Objects.requireNonNull(
        POSTGRES
            .database()
            .one(
                "select spec->>'image' from releases where deployment_id = $1",
                row -> row.getString(0),
                deployment.id().value())
            .await());
  }

  private long releases(DeploymentId id) {
    return Objects.requireNonNull(
        POSTGRES
            .database()
            .one(
                "select count(*) from releases where deployment_id = $1",
                row -> row.getLong(0),
                id.value())
            .await());
  }

  @Test
  void withARegistryTheImageIsThereWhereverTheFirstOneDied() throws Exception {
    for (var point : points()) {
      var id = world.request(world.application("app", BuildConfig.auto(), null));
      die(point, REGISTRY);
      var deployment = finished(id, REGISTRY);
      assertThat(deployment.status()).as(point).isEqualTo(DeploymentStatus.DEPLOYING);
      assertThat(image(deployment))
          .as(point)
          .matches("registry.example/team/.*@sha256:[0-9a-f]{64}");
      assertThat(second.registryDigest(image(deployment), ROBOT)).as(point).isPresent();
      assertThat(releases(id)).as(point).isEqualTo(1);
    }
  }

  @Test
  void withoutARegistryTheImageIsOnTheEngineOfWhoFinishes() throws Exception {
    for (var point : points()) {
      var id = world.request(world.application("app", BuildConfig.auto(), null));
      die(point, null);
      var deployment = finished(id, null);
      assertThat(deployment.status()).as(point).isEqualTo(DeploymentStatus.DEPLOYING);
      assertThat(second.image(image(deployment)).orElseThrow().id())
          .as(point)
          .isEqualTo(deployment.imageDigest());
      assertThat(releases(id)).as(point).isEqualTo(1);
    }
  }

  @Test
  void aReusedImageThatOnlyTheFirstEngineHasIsBuiltAgain() throws Exception {
    var application = world.application("app", BuildConfig.auto(), null);
    finishedByFirst(world.request(application));
    over();
    var id = world.request(application);
    die("build.checkout.after-checkpoint", null);
    assertThat(second.calls("build")).isZero();
    var deployment = finished(id, null);
    assertThat(deployment.status()).isEqualTo(DeploymentStatus.DEPLOYING);
    assertThat(second.calls("build")).isEqualTo(1);
    assertThat(second.image(image(deployment))).isPresent();
  }

  private void finishedByFirst(DeploymentId id) {
    var runner = runner(first, "first", null, CrashPoints.NONE);
    runner.start().await();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> world.get(id).status() == DeploymentStatus.DEPLOYING);
    runner.stop().await();
  }

  /** What the runtime would do with the build before. */
  private static void over() {
    POSTGRES.database().query("update sagas set state = 'done' where kind = 'deploy'").await();
    POSTGRES
        .database()
        .query("update deployments set status = 'success' where status = 'deploying'")
        .await();
  }

  @Test
  void anImageTheRegistryHasIsNeitherBuiltNorPushedAgainByAnybody() throws Exception {
    var application = world.application("app", BuildConfig.auto(), null);
    var id = world.request(application);
    var built = finished(id, REGISTRY);
    over();
    int pushes = second.calls("push");
    int builds = second.calls("build");
    var again = world.request(application);
    die("build.handover.after-checkpoint", REGISTRY);
    assertThat(image(world.get(again))).isEqualTo(image(built));
    assertThat(first.calls("push") + first.calls("build")).isZero();
    assertThat(second.calls("push")).isEqualTo(pushes).isEqualTo(1);
    assertThat(second.calls("build")).isEqualTo(builds);
    over();

    var digest = image(built);
    second.unpublish(digest);
    first.registryWants(ROBOT);
    var third = world.request(application);
    assertThat(finished(third, REGISTRY).status()).isEqualTo(DeploymentStatus.DEPLOYING);
    assertThat(second.registryDigest(image(world.get(third)), ROBOT)).isPresent();
  }

  @Test
  void aRegistryThatWantsOtherCredentialsSaysWhatToSet() {
    var stranger = new Registry("registry.example", new RegistryAuth("registry.example", "x", "y"));
    var id = world.request(world.application("app", BuildConfig.auto(), null));
    var failure = Objects.requireNonNull(finished(id, stranger).failure());
    assertThat(failure.code()).isEqualTo("registry_unauthorized");
    assertThat(failure.step()).isEqualTo("push");
    assertThat(failure.remedy()).contains("SLIPWAY_REGISTRY_PASSWORD");
    assertThat(failure.toString()).doesNotContain("hush");
  }
}
