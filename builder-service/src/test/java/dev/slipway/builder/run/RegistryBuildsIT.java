package dev.slipway.builder.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.docker.Registry;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.SagaRunner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Builds go through a real registry, with a real engine. */
@Tag("docker")
class RegistryBuildsIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  @TempDir Path folder;
  private RealBuilds builds;
  private Application application;

  @BeforeEach
  void open() throws IOException {
    POSTGRES.clear("applications", "sagas", "saga_steps");
    builds = new RealBuilds(folder, POSTGRES);
    builds.runner.stop().await();
    builds
        .world
        .repository("app")
        .file(
            "Dockerfile",
            "FROM slipway-base/busybox:latest\nRUN --network=none echo " + System.nanoTime() + "\n")
        .commit("First");
    application = builds.world.application("app", BuildConfig.auto(), null);
  }

  @AfterEach
  void close() throws Exception {
    builds.close();
  }

  private SagaRunner runner(@org.jspecify.annotations.Nullable Registry registry) {
    var runner =
        new SagaRunner(
            POSTGRES.vertx(),
            POSTGRES.database(),
            List.of(builds.world.sagaOn(builds.engine, "disk", registry)),
            RunnerConfig.of("disk", 1),
            CrashPoints.NONE);
    runner.start().await();
    return runner;
  }

  private Deployment deployed(@org.jspecify.annotations.Nullable Registry registry) {
    POSTGRES.database().query("update sagas set state = 'done' where kind = 'deploy'").await();
    POSTGRES
        .database()
        .query("update deployments set status = 'success' where status = 'deploying'")
        .await();
    var id = builds.world.request(application);
    var runner = runner(registry);
    try {
      return builds.ended(id);
    } finally {
      runner.stop().await();
    }
  }

  private String image(DeploymentId id) {
    return Objects.requireNonNull(
        POSTGRES
            .database()
            .one(
                "select spec->>'image' from releases where deployment_id = $1",
                row -> row.getString(0),
                id.value())
            .await());
  }

  @Test
  void anImageOfAnotherRegistryIsFetchedWithTheCredentialsThatAreKeptForIt() throws Exception {
    try (var registry = new RealRegistry(folder.resolve("theirs"), "127.0.0.1", true)) {
      var name = registry.server() + "/their/app:1";
      builds.engine.tag("slipway-base/busybox:latest", name);
      builds.engine.push(name, registry.auth(), progress -> {});
      builds.engine.removeImage(name);
      var build =
          new BuildConfig(
              dev.slipway.contracts.application.BuildType.IMAGE,
              null,
              null,
              name,
              null,
              null,
              null,
              null);
      application = builds.world.create("theirs", BuildWorld.settings(null, build, null, 3000));
      assertThat(deployed(null).status()).isEqualTo(DeploymentStatus.FAILED);
      var kept =
          new dev.slipway.store.RegistryStore(
              POSTGRES.database(), new dev.slipway.platform.secrets.PlainVault());
      var auth = registry.auth();
      var id =
          kept.add(
                  "theirs",
                  new dev.slipway.store.RegistryStore.Login(
                      auth.server(), auth.username(), auth.password()),
                  "tester")
              .await();
      try {
        var deployment = deployed(null);
        assertThat(deployment.status()).as("%s", deployment).isEqualTo(DeploymentStatus.DEPLOYING);
        assertThat(builds.world.log(deployment.id()))
            .noneMatch(line -> line.contains(auth.password()));
      } finally {
        kept.remove(id).await();
        builds.engine.removeImage(name);
      }
    }
  }

  @Test
  void aPushedImageIsNamedByItsDigestAndNeverPushedAgain() throws Exception {
    try (var registry = new RealRegistry(folder.resolve("registry"), "127.0.0.1", false)) {
      var deployment = deployed(registry.open());
      assertThat(deployment.status()).isEqualTo(DeploymentStatus.DEPLOYING);
      var image = image(deployment.id());
      assertThat(image).matches(registry.server() + "/team/.*@sha256:[0-9a-f]{64}");
      assertThat(builds.engine.registryDigest(image, null)).isPresent();
      assertThat(registry.pushes()).isEqualTo(1);

      builds.engine.image(image).orElseThrow().tags().forEach(builds.engine::removeImage);
      builds.engine.removeImage(image);
      var again = deployed(registry.open());
      assertThat(image(again.id())).isEqualTo(image);
      assertThat(registry.pushes()).isEqualTo(1);
      assertThat(builds.engine.image(image)).as("not even fetched").isEmpty();
    }
  }

  @Test
  void aRegistryWithCredentialsGivesBaseImagesAndTakesWhatIsBuilt() throws Exception {
    try (var registry = new RealRegistry(folder.resolve("registry"), "127.0.0.1", true)) {
      var base = registry.server() + "/bases/busybox:1";
      builds.engine.tag("slipway-base/busybox:latest", base);
      builds.engine.push(base, registry.auth(), progress -> {});
      builds.engine.removeImage(base);
      builds
          .world
          .repository("app")
          .file(
              "Dockerfile",
              "FROM " + base + "\nRUN --network=none echo " + System.nanoTime() + "\n")
          .commit("Second");

      var deployment = deployed(registry.withCredentials());
      builds.engine.removeImage(base);
      assertThat(builds.world.log(deployment.id())).contains("Pulling " + base + ".");
      assertThat(deployment.status()).isEqualTo(DeploymentStatus.DEPLOYING);
      assertThat(builds.engine.registryDigest(image(deployment.id()), registry.auth())).isPresent();
      assertThat(builds.world.log(deployment.id()))
          .noneMatch(line -> line.contains(RealRegistry.PASSWORD));
    }
  }

  @Test
  void whatARegistryRefusesSaysWhatToDo() throws Exception {
    try (var registry = new RealRegistry(folder.resolve("registry"), "127.0.0.1", true)) {
      assertThat(failure(registry.open()).code()).isEqualTo("registry_unauthorized");
      var wrong =
          new Registry(
              registry.server(), new RegistryAuth(registry.server(), RealRegistry.USER, "wrong"));
      var failure = failure(wrong);
      assertThat(failure.code()).isEqualTo("registry_unauthorized");
      assertThat(failure.remedy()).contains("SLIPWAY_REGISTRY_PASSWORD");
    }
    try (var plain = new RealRegistry(folder.resolve("plain"), ownAddress(), false)) {
      var failure = failure(plain.open());
      assertThat(failure.code()).isEqualTo("registry_insecure");
      assertThat(failure.remedy()).contains("insecure-registries").contains(plain.server());
    }
  }

  private Failure failure(Registry registry) {
    return Objects.requireNonNull(deployed(registry).failure());
  }

  /** An address of this host that is not loopback. */
  private static String ownAddress() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress() && address.getAddress().length == 4)
        .map(InetAddress::getHostAddress)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aRegistryThatComesBackGetsTheImageAndTheStepTellsItsAttempts() throws Exception {
    try (var registry = new RealRegistry(folder.resolve("registry"), "127.0.0.1", false)) {
      registry.stop();
      var id = builds.world.request(application);
      var runner = runner(registry.open());
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() ->
              builds.world.get(id).steps().stream()
                  .anyMatch(step -> step.name().equals("push") && step.attempt() > 1));
      var push = builds.world.get(id).steps().getLast();
      assertThat(Objects.requireNonNull(push.lastError()).code()).isEqualTo("registry_unreachable");
      registry.start();
      assertThat(builds.ended(id).status()).isEqualTo(DeploymentStatus.DEPLOYING);
      runner.stop().await();
    }
  }
}
