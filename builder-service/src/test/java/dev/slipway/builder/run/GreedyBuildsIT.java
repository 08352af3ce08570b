package dev.slipway.builder.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.SagaRunner;
import java.io.IOException;
import java.nio.file.Files;
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

/** Builds that take all they can get, or never end: the limits hold, and nothing stays (T26). */
@Tag("docker")
class GreedyBuildsIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  @TempDir Path folder;
  private RealBuilds builds;
  private SagaRunner runner;

  @BeforeEach
  void open() throws IOException {
    POSTGRES.clear("applications", "sagas", "saga_steps");
    builds = new RealBuilds(folder, POSTGRES);
    builds.runner.stop().await();
    runner = limited(new BuilderConfig.Limits(128L << 20, 1, Duration.ofSeconds(20), 100 << 20, 1));
  }

  @AfterEach
  void close() throws Exception {
    runner.stop().await();
    builds.close();
  }

  private SagaRunner limited(BuilderConfig.Limits limits) {
    var parts =
        builds.world.partsOn(builds.engine, folder.resolve("greedy"), "greedy", null, limits);
    var limited =
        new SagaRunner(
            POSTGRES.vertx(),
            POSTGRES.database(),
            List.of(new BuildSaga(parts)),
            RunnerConfig.of("greedy", 1),
            CrashPoints.NONE);
    limited.start().await();
    return limited;
  }

  private DeploymentId asked(String name, String command) throws IOException {
    builds
        .world
        .repository(name)
        .file(
            "Dockerfile",
            "FROM slipway-base/busybox:latest\nRUN : %d; %s\n"
                .formatted(System.nanoTime(), command))
        .commit(name);
    var id = builds.world.request(builds.world.application(name, BuildConfig.auto(), null));
    runner.ring();
    return id;
  }

  private String failed(Deployment deployment) {
    assertThat(deployment.status()).isEqualTo(DeploymentStatus.FAILED);
    return Objects.requireNonNull(deployment.failure()).code();
  }

  @Test
  void memoryProcessesAndTimeAreLimited() throws Exception {
    var memory = builds.ended(asked("memory", "tail /dev/zero"));
    assertThat(failed(memory)).isEqualTo("out_of_memory");

    var processes =
        builds.ended(asked("processes", "f() { sleep 731731 & }; while f; do :; done; exit 3"));
    assertThat(failed(processes)).isIn("out_of_memory", "build_failed", "build_timed_out");
    await().atMost(TEN_SECONDS).until(() -> running("731731") == 0);

    var endless = builds.ended(asked("endless", "sleep 732732 & while :; do :; done"));
    assertThat(failed(endless)).isEqualTo("build_timed_out");
    await().atMost(TEN_SECONDS).until(() -> running("732732") == 0);
    System.out.println(
        "PROMISE T26: builds that ate memory, processes and time ended by their limits; 0 left over");
  }

  @Test
  void aBuildThatFillsTheDiskIsStoppedBeforeItIsFull() throws Exception {
    runner.stop().await();
    var disk = new SmallDisk(folder.resolve("greedy"), 96);
    try {
      runner = limited(new BuilderConfig.Limits(0, 0, Duration.ofMinutes(1), 100 << 20, 64L << 20));
      var id = asked("disk", "sleep 733733");
      await().atMost(Duration.ofSeconds(30)).until(() -> running("733733") > 0);
      disk.fill(80);
      var deployment = builds.ended(id);
      assertThat(failed(deployment)).isEqualTo("disk_full");
      await().atMost(TEN_SECONDS).until(() -> running("733733") == 0);
      runner.stop().await();
    } finally {
      disk.close();
    }
  }

  @Test
  void aCancelLeavesNothingWithinTenSeconds() throws Exception {
    var scratch = scratch();
    var id = asked("cancel", "setsid sleep 734734 & setsid sleep 734735 & wait");
    await().atMost(Duration.ofSeconds(30)).until(() -> running("734734") + running("734735") > 1);
    var step = builds.world.get(id).steps().getLast();
    assertThat(step.name()).isEqualTo("build");
    builds.world.deployments.cancel(id, "requested").await();
    runner.ring();
    await()
        .atMost(TEN_SECONDS)
        .until(() ->
            builds.world.get(id).status() == DeploymentStatus.CANCELLED
                && running("734734") + running("734735") == 0);
    assertThat(scratch()).isEqualTo(scratch);
    assertThat(folder.resolve("greedy/work").resolve(id.value())).doesNotExist();
  }

  private static long scratch() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("slipway-build-")).count();
    }
  }

  // by an argument that nothing else on this machine has
  private static long running(String argument) {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().arguments().map(List::of).orElse(List.of()).contains(argument))
        .count();
  }
}
