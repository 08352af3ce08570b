package dev.slipway.builder.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.SagaRunner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The builder's disk is full at any of its writes (T6): it says so, and nothing half-done stays.
 */
class FullDiskTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  @TempDir Path folder;

  @Test
  void aBuildSaysThatTheDiskIsFullAndWorksOnceThereIsRoom() throws Exception {
    var engine = new MemoryEngine();
    engine.hold("slipway-base/busybox:latest", MemoryImage.web(3000, "hello"));
    try (var disk = new SmallDisk(folder.resolve("small"), 1);
        var world = new BuildWorld(folder.resolve("world"), POSTGRES, engine, null)) {
      var incompressible = new byte[3 << 20];
      new Random(6).nextBytes(incompressible);
      world
          .repository("big")
          .file("Dockerfile", "FROM slipway-base/busybox:latest\n")
          .file("data", HexFormat.of().formatHex(incompressible))
          .commit("Three megabytes as a pack, six as a file");
      var application = world.application("big", BuildConfig.auto(), null);
      int refused = 0;
      // first the fetch does not fit, then the tree, at last everything
      for (int megabytes = 1; megabytes <= 12; megabytes++) {
        disk.grow(megabytes);
        var deployment = deployed(world, engine, application);
        if (deployment.status() == DeploymentStatus.DEPLOYING) {
          break;
        }
        refused++;
        var failure = Objects.requireNonNull(deployment.failure());
        assertThat(failure.code()).as("%d MB: %s", megabytes, failure).isEqualTo("disk_full");
        assertThat(folder.resolve("small/work").resolve(deployment.id().value())).doesNotExist();
      }
      assertThat(refused).isBetween(3, 11);
      System.out.printf(
          "PROMISE T6: a builder's disk too small at %d sizes: refused %d times, then built%n",
          refused, refused);
    }
  }

  private Deployment deployed(BuildWorld world, MemoryEngine engine, Application application) {
    var limits = new BuilderConfig.Limits(0, 0, Duration.ofMinutes(1), 100 << 20, 0);
    var parts = world.partsOn(engine, folder.resolve("small"), "small", null, limits);
    var runner =
        new SagaRunner(
            POSTGRES.vertx(),
            POSTGRES.database(),
            List.of(new BuildSaga(parts)),
            RunnerConfig.of("small", 1),
            CrashPoints.NONE);
    var id = world.request(application);
    runner.start().await();
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() ->
            !Set.of(DeploymentStatus.PENDING, DeploymentStatus.BUILDING)
                .contains(world.get(id).status()));
    runner.stop().await();
    return world.get(id);
  }
}
