package dev.slipway.builder.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.builder.keep.KeepConfig;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.event.Events;
import dev.slipway.docker.Registry;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.config.InvalidSettings;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.platform.net.NameService;
import dev.slipway.platform.net.Network;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.secrets.PlainVault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The verticle and its settings. */
class BuilderServiceTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  @TempDir Path folder;

  @Test
  void buildsWhatIsAskedForAndRingsTheRuntime() throws Exception {
    var engine = new MemoryEngine();
    engine.hold("slipway-base/busybox:latest", MemoryImage.web(3000, "hello"));
    try (var world = new BuildWorld(folder, POSTGRES, engine, null)) {
      var leftOver = Files.createDirectories(world.config.workTrees().resolve("dep_killed/tree"));
      world
          .repository("app")
          .file("Dockerfile", "FROM slipway-base/busybox:latest\n")
          .commit("one");
      var bus = new Bus(POSTGRES.vertx(), "test");
      var service =
          new BuilderService(
              world.config,
              new BuilderService.Databases(POSTGRES.database(), POSTGRES.database()),
              bus,
              engine,
              new PlainVault());
      var deployment = POSTGRES.vertx().deployVerticle(service).await();
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(leftOver).doesNotExist());
      var rung = new AtomicInteger();
      bus.hear(Events.DEPLOYMENTS_AVAILABLE, available -> rung.incrementAndGet()).await();
      var id = world.request(world.application("app", BuildConfig.auto(), null));
      bus.ring(Events.DEPLOYMENTS_AVAILABLE, new Events.Available(id.value()));
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> world.get(id).status() == DeploymentStatus.DEPLOYING);
      await().atMost(Duration.ofSeconds(5)).until(() -> rung.get() == 2);
      POSTGRES.vertx().undeploy(deployment).await();
    }
  }

  @Test
  void settingsHaveTheirDefaults() {
    var settings = Settings.of(Map.of());
    var config = BuilderConfig.from(settings, "owner", "abcdef012345");
    settings.check();
    assertThat(config.data()).isEqualTo(Path.of(System.getProperty("user.home"), ".slipway"));
    assertThat(config.concurrency()).isEqualTo(2);
    assertThat(config.addresses()).isEqualTo(new AddressGuard(false));
    assertThat(config.registry()).isNull();
    assertThat(config.home()).isNull();
    assertThat(config.bases()).isEmpty();
    assertThat(config.limits())
        .isEqualTo(new BuilderConfig.Limits(0, 0, Duration.ofMinutes(15), 500L << 20, 1L << 30));
  }

  @Test
  void everySettingIsRead() {
    var settings =
        Settings.of(
            Map.ofEntries(
                Map.entry("SLIPWAY_DATA", "/data"),
                Map.entry("SLIPWAY_HOME", "/opt/slipway"),
                Map.entry("SLIPWAY_REGISTRY", "registry.example:5000/team/"),
                Map.entry("SLIPWAY_REGISTRY_USERNAME", "robot"),
                Map.entry("SLIPWAY_REGISTRY_PASSWORD", "hush"),
                Map.entry("SLIPWAY_ALLOW_PRIVATE_ADDRESSES", "true"),
                Map.entry("SLIPWAY_ALLOWED_NETWORKS", "10.1.0.0/16, fd00:1::/48"),
                Map.entry("SLIPWAY_BUILD_CONCURRENCY", "5"),
                Map.entry("SLIPWAY_BUILD_MEMORY", "2GB"),
                Map.entry("SLIPWAY_BUILD_CPUS", "3"),
                Map.entry("SLIPWAY_BUILD_TIMEOUT", "5m"),
                Map.entry("SLIPWAY_BUILD_CONTEXT", "50MB"),
                Map.entry("SLIPWAY_BUILD_FREE_SPACE", "3GB"),
                Map.entry("SLIPWAY_BASE_NODE", "node:22")));
    var config = BuilderConfig.from(settings, "owner", "abcdef012345");
    settings.check();
    assertThat(config)
        .isEqualTo(
            new BuilderConfig(
                "owner",
                "abcdef012345",
                Path.of("/data"),
                Path.of("/opt/slipway"),
                new Registry(
                    "registry.example:5000/team",
                    new RegistryAuth("registry.example:5000", "robot", "hush")),
                new AddressGuard(
                    true,
                    List.of(Network.parse("10.1.0.0/16"), Network.parse("fd00:1::/48")),
                    NameService.OF_THIS_MACHINE),
                5,
                new BuilderConfig.Limits(2L << 30, 3, Duration.ofMinutes(5), 50L << 20, 3L << 30),
                Map.of("node", "node:22"),
                KeepConfig.DEFAULTS));
  }

  @Test
  void aRegistrysPasswordIsNeverPrinted() {
    var settings =
        Settings.of(
            Map.of(
                "SLIPWAY_REGISTRY", "registry.example",
                "SLIPWAY_REGISTRY_USERNAME", "robot",
                "SLIPWAY_REGISTRY_PASSWORD", "hush"));
    assertThat(BuilderConfig.from(settings, "owner", "abcdef012345").toString())
        .contains("robot")
        .doesNotContain("hush");
  }

  @Test
  void allMistakesAreToldAtOnce() {
    var settings =
        Settings.of(
            Map.of(
                "SLIPWAY_BUILD_CONCURRENCY", "0",
                "SLIPWAY_BUILD_MEMORY", "lots",
                "SLIPWAY_REGISTRY", "http://registry.example",
                "SLIPWAY_REGISTRY_USERNAME", "robot"));
    BuilderConfig.from(settings, "owner", "abcdef012345");
    Assertions.assertThatThrownBy(settings::check)
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("SLIPWAY_BUILD_CONCURRENCY")
        .hasMessageContaining("SLIPWAY_BUILD_MEMORY")
        .hasMessageContaining("host:port")
        .hasMessageContaining("belong together");
  }
}
