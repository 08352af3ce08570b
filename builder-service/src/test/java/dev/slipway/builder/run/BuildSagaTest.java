package dev.slipway.builder.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.builder.keep.DiskAdmission;
import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.application.BuildType;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.SagaPromises;
import dev.slipway.platform.saga.SagaRunner;
import dev.slipway.store.DeploymentStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A build survives crashes between any two lines, and tells every failure with a code and a remedy.
 */
class BuildSagaTest implements SagaPromises {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  @TempDir Path folder;
  private BuildWorld world;
  private MemoryEngine engine;

  @BeforeEach
  void open() throws IOException {
    POSTGRES.clear("applications", "sagas", "saga_steps");
    engine = new MemoryEngine();
    engine.hold("slipway-base/busybox:latest", MemoryImage.web(3000, "hello"));
    world = new BuildWorld(folder, POSTGRES, engine, null);
    world
        .repository("app")
        .file("Dockerfile", "FROM slipway-base/busybox:latest\nRUN echo building\n")
        .commit("First");
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Override
  public Database database() {
    return POSTGRES.database();
  }

  @Override
  public World freshWorld() {
    var application = world.application("app", BuildConfig.auto(), null);
    var id = world.request(application);
    return new World() {
      @Override
      public Saga saga() {
        return world.saga();
      }

      @Override
      public String sagaId() {
        return DeploymentStore.sagaId(id, DeploymentStore.BUILD);
      }

      @Override
      public void mustBeDone() {
        var deployment = world.get(id);
        assertThat(deployment.status()).isEqualTo(DeploymentStatus.DEPLOYING);
        assertThat(deployment.releaseId()).isNotNull();
        assertThat(deployment.commitMessage()).isEqualTo("First");
        assertThat(images(application)).hasSize(1);
        assertThat(
                POSTGRES
                    .database()
                    .one(
                        "select count(*) from releases where application_id = $1",
                        application.id().value())
                    .map(row -> row.getLong(0))
                    .await())
            .isEqualTo(1L);
        world.mustHaveNoFiles(id);
      }

      @Override
      public void mustBeUndone() {
        var deployment = world.get(id);
        assertThat(deployment.status()).isEqualTo(DeploymentStatus.FAILED);
        assertThat(deployment.failure()).isNotNull();
        assertThat(images(application)).isEmpty();
        world.mustHaveNoFiles(id);
      }
    };
  }

  private List<String> images(Application application) {
    return engine.images(Map.of("dev.slipway.application", application.id().value())).stream()
        .flatMap(i -> i.tags().stream())
        .toList();
  }

  private Deployment run(DeploymentId id) {
    var runner = runner();
    runner.start().await();
    try {
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(20))
          .until(() ->
              !Set.of(DeploymentStatus.PENDING, DeploymentStatus.BUILDING)
                  .contains(world.get(id).status()));
    } finally {
      runner.stop().await();
    }
    return world.get(id);
  }

  private SagaRunner runner() {
    return new SagaRunner(
        POSTGRES.vertx(),
        POSTGRES.database(),
        List.of(world.saga()),
        RunnerConfig.of(world.config.owner(), 2),
        CrashPoints.NONE);
  }

  private Deployment deployed(Application application) {
    // what the runtime would do with the build before
    POSTGRES.database().query("update sagas set state = 'done' where kind = 'deploy'").await();
    POSTGRES
        .database()
        .query("update deployments set status = 'success' where status = 'deploying'")
        .await();
    return run(world.request(application));
  }

  private void failsWith(Deployment deployment, String step, String code) {
    assertThat(deployment.status()).isEqualTo(DeploymentStatus.FAILED);
    var failure = java.util.Objects.requireNonNull(deployment.failure());
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.step()).isEqualTo(step);
    assertThat(failure.remedy()).isNotBlank();
    assertThat(failure.logTail()).isNotEmpty();
    assertThat(world.log(deployment.id())).contains(failure.detail(), failure.remedy());
  }

  @Test
  void tellsPlanAndStepsInTheLog() {
    var deployment = deployed(world.application("app", BuildConfig.auto(), null));
    assertThat(deployment.status()).isEqualTo(DeploymentStatus.DEPLOYING);
    assertThat(world.log(deployment.id()))
        .anyMatch(l -> l.contains("Plan: dockerfile"))
        .anyMatch(l -> l.contains("[2/2] RUN echo building"))
        .contains("building");
  }

  @Test
  void reusesTheImageOfTheSameCommitAndSettings() {
    var application = world.application("app", BuildConfig.auto(), null);
    deployed(application);
    int builds = engine.calls("build");
    var again = deployed(application);
    assertThat(again.status()).isEqualTo(DeploymentStatus.DEPLOYING);
    assertThat(engine.calls("build")).isEqualTo(builds);
    assertThat(world.log(again.id())).anyMatch(l -> l.contains("is reused"));
  }

  @Test
  void reusesTheImageWhenOnlyVariablesChangedThatTheBuildDoesNotSee() {
    var application = world.application("app", BuildConfig.auto(), null);
    deployed(application);
    int builds = engine.calls("build");
    world.variables(application, Map.of("GREETING", "hello"), Map.of("TOKEN", "s3cret-value"));
    var again = deployed(application);
    assertThat(again.status()).isEqualTo(DeploymentStatus.DEPLOYING);
    assertThat(engine.calls("build")).isEqualTo(builds);
  }

  @Test
  void buildsAgainWhenTheImageIsGone() {
    var application = world.application("app", BuildConfig.auto(), null);
    deployed(application);
    images(application).forEach(engine::removeImage);
    int builds = engine.calls("build");
    assertThat(deployed(application).status()).isEqualTo(DeploymentStatus.DEPLOYING);
    assertThat(engine.calls("build")).isEqualTo(builds + 1);
  }

  @Test
  void tellsAFailingStepWithItsExitCode() throws IOException {
    world
        .repository("bad")
        .file("Dockerfile", "FROM slipway-base/busybox:latest\nRUN echo last words; exit 3\n")
        .commit("bad");
    var deployment = deployed(world.application("bad", BuildConfig.auto(), null));
    failsWith(deployment, "build", "build_failed");
    assertThat(java.util.Objects.requireNonNull(deployment.failure()).detail())
        .contains("exit code 3");
    assertThat(deployment.failure().logTail()).anyMatch(line -> line.contains("last words"));
  }

  @Test
  void tellsWhatIsMissing() throws IOException {
    world.repository("docs").file("README.md", "nothing").commit("docs");
    failsWith(
        deployed(world.application("docs", BuildConfig.auto(), null)), "plan", "nothing_detected");
    failsWith(
        deployed(world.application("docs", BuildWorld.build(BuildType.DOCKERFILE), null)),
        "plan",
        "dockerfile_missing");
    failsWith(
        deployed(world.application("nowhere", BuildConfig.auto(), null)),
        "checkout",
        "repository_private");
    world.repository("base").file("Dockerfile", "FROM no-such-image:1\n").commit("base");
    failsWith(
        deployed(world.application("base", BuildConfig.auto(), null)),
        "build",
        "base_image_missing");
    world.repository("family").file("Dockerfile", "FROM slipway-base/node\n").commit("family");
    failsWith(
        deployed(world.application("family", BuildConfig.auto(), null)),
        "build",
        "base_image_missing");
    failsWith(
        deployed(world.application("app", BuildWorld.build(BuildType.NIXPACKS), null)),
        "build",
        "build_tool_missing");
  }

  @Test
  void triesAgainWhenTheEngineWasAwayForAMoment() {
    for (int i = 0; i < 2; i++) {
      engine.failNext("build", new DockerProblem.EngineDown("it broke off", null));
    }
    assertThat(deployed(world.application("app", BuildConfig.auto(), null)).status())
        .isEqualTo(DeploymentStatus.DEPLOYING);
  }

  @Test
  void stopsABuildThatIsCancelled() throws IOException {
    world
        .repository("slow")
        .file("Dockerfile", "FROM slipway-base/busybox:latest\nRUN sleep 600\n")
        .commit("slow");
    var application = world.application("slow", BuildConfig.auto(), null);
    var id = world.request(application);
    var runner = runner();
    runner.start().await();
    try {
      await().atMost(Duration.ofSeconds(20)).until(() -> engine.calls("build") == 1);
      world.deployments.cancel(id, "requested").await();
      runner.ring();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> world.get(id).status() == DeploymentStatus.CANCELLED);
    } finally {
      runner.stop().await();
    }
    world.mustHaveNoFiles(id);
    assertThat(images(application)).isEmpty();
  }

  @Test
  void keepsSecretsOutOfTheLog() throws IOException {
    world
        .repository("leaky")
        .file(
            "Dockerfile",
            "FROM slipway-base/busybox:latest\nRUN echo the token is hunter2hunter2\n")
        .commit("leaky");
    var application = world.application("leaky", BuildConfig.auto(), null);
    world.variables(application, Map.of(), Map.of("TOKEN", "hunter2hunter2"));
    var deployment = deployed(application);
    assertThat(world.log(deployment.id())).isNotEmpty().noneMatch(line -> line.contains("hunter2"));
  }

  @Test
  void refusesToBuildOnAFullDisk() throws IOException {
    var before = world;
    var parts = before.parts();
    var full =
        new BuildSaga(
            new BuildParts(
                parts.vertx(),
                parts.config(),
                engine,
                parts.source(),
                parts.bus(),
                parts.stores(),
                new DiskAdmission(before.config.data(), 1L << 50, 0, before.room)));
    var id = before.request(before.application("app", BuildConfig.auto(), null));
    var runner =
        new SagaRunner(
            POSTGRES.vertx(),
            POSTGRES.database(),
            List.of(full),
            RunnerConfig.of("full", 1),
            CrashPoints.NONE);
    runner.start().await();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> before.get(id).status() == DeploymentStatus.FAILED);
    runner.stop().await();
    failsWith(before.get(id), "checkout", "disk_full");
    assertThat(before.room.made).as("room was made before it was refused").hasValue(1);
    assertThat(before.log(id)).anyMatch(line -> line.contains("Making room first"));
  }

  @Test
  void showsWhyABaseImageCouldNotBeMade() throws IOException {
    var script = folder.resolve("home/scripts/base-images.sh");
    java.nio.file.Files.createDirectories(script.getParent());
    java.nio.file.Files.writeString(
        script, "echo making $1; echo the mirror is away >&2; exit 1\n");
    world.repository("family").file("Dockerfile", "FROM slipway-base/node\n").commit("family");
    try (var homely = new BuildWorld(folder, POSTGRES, engine, folder.resolve("home"))) {
      var id = world.request(world.application("family", BuildConfig.auto(), null));
      var runner =
          new SagaRunner(
              POSTGRES.vertx(),
              POSTGRES.database(),
              List.of(homely.saga()),
              RunnerConfig.of("homely", 1),
              CrashPoints.NONE);
      runner.start().await();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> world.get(id).status() == DeploymentStatus.FAILED);
      runner.stop().await();
      failsWith(world.get(id), "build", "base_image_missing");
      assertThat(world.log(id)).contains("making node", "the mirror is away");
    }
  }

  @Test
  void runsAnExistingImageWithoutABuild() {
    engine.hold("nginx:1.27", MemoryImage.web(80, "hi"));
    var application =
        world.create(
            "ready-" + System.nanoTime(),
            BuildWorld.settings(
                null,
                new BuildConfig(BuildType.IMAGE, null, null, "nginx:1.27", null, null, null, null),
                null,
                3000));
    var deployment = deployed(application);
    assertThat(deployment.status())
        .as("%s", deployment.failure())
        .isEqualTo(DeploymentStatus.DEPLOYING);
    assertThat(engine.calls("build")).isZero();
    assertThat(world.log(deployment.id())).anyMatch(line -> line.contains("Port: 80"));
  }

  @Override
  public Duration limit() {
    return Duration.ofSeconds(30);
  }
}
