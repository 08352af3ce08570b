package dev.slipway.builder.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.builder.keep.DiskAdmission;
import dev.slipway.builder.keep.Housekeeping;
import dev.slipway.builder.keep.KeepConfig;
import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.SagaRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** T6: a data directory of 24 MB and 4,000 inodes that is full, and then is not. Needs root. */
@Tag("docker")
class FullDiskIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int MB = 1 << 20;
  private static final Set<DeploymentStatus> ENDED =
      Set.of(DeploymentStatus.DEPLOYING, DeploymentStatus.FAILED);

  @TempDir Path folder;
  private Path data;
  private BuildWorld world;
  private Housekeeping house;
  private final List<SagaRunner> runners = new ArrayList<>();

  @BeforeEach
  void aSmallDisk() throws Exception {
    POSTGRES.clear("applications", "sagas", "saga_steps", "housekeeping_duties");
    data = Files.createDirectories(folder.resolve("data"));
    run("mount", "-t", "tmpfs", "-o", "size=24m,nr_inodes=4000", "tmpfs", data.toString());
    MemoryEngine engine = new MemoryEngine();
    engine.hold("slipway-base/busybox:latest", MemoryImage.web(3000, "hello"));
    world = new BuildWorld(folder, POSTGRES, engine, null);
    world
        .repository("app")
        .file("Dockerfile", "FROM slipway-base/busybox:latest\nRUN echo building\n")
        .commit("First");
    var parts = world.parts();
    house =
        new Housekeeping(
            KeepConfig.DEFAULTS,
            "small",
            POSTGRES.database(),
            engine,
            parts.source(),
            world.config.workTrees());
    house.start();
  }

  private void builds(long bytes, long inodes) {
    var parts = world.parts();
    var saga =
        new BuildSaga(
            new BuildParts(
                parts.vertx(),
                parts.config(),
                parts.engine(),
                parts.source(),
                parts.bus(),
                parts.stores(),
                new DiskAdmission(data, bytes, inodes, house)));
    var runner =
        new SagaRunner(
            POSTGRES.vertx(),
            POSTGRES.database(),
            List.of(saga),
            RunnerConfig.of("small", 1),
            CrashPoints.NONE);
    runner.start().await();
    runners.add(runner);
  }

  @AfterEach
  void unmounted() throws Exception {
    runners.forEach(runner -> runner.stop().await());
    house.close();
    world.close();
    run("umount", "--lazy", data.toString());
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private Deployment ended(Application application) {
    POSTGRES.database().query("update sagas set state = 'done' where kind = 'deploy'").await();
    POSTGRES
        .database()
        .query("update deployments set status = 'success' where status = 'deploying'")
        .await();
    DeploymentId id = world.request(application);
    runners.getLast().ring();
    await().atMost(Duration.ofSeconds(60)).until(() -> ENDED.contains(world.get(id).status()));
    return world.get(id);
  }

  private static Path fill(Path file, int bytes) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    return Files.write(file, new byte[bytes]);
  }

  @Test
  void aBuildIsRefusedWithTheFiguresAndGoesOnceThereIsRoom() throws IOException {
    builds(8L * MB, 100);
    Application application = world.application("app", BuildConfig.auto(), null);
    Path filler = fill(data.resolve("filler"), 20 * MB);

    Deployment refused = ended(application);

    var failure = Objects.requireNonNull(refused.failure());
    assertThat(failure.code()).isEqualTo("disk_full");
    assertThat(failure.detail())
        .matches(
            "Only [34] MB are free on the data directory's disk \\(.*\\); a build needs 8 MB\\.");
    assertThat(world.log(refused.id())).anyMatch(line -> line.contains("Making room first."));
    Files.delete(filler);
    assertThat(ended(application).status()).isEqualTo(DeploymentStatus.DEPLOYING);
    System.out.println("PROMISE T6: refused: " + failure.detail() + " Freed: the next one built.");
  }

  @Test
  void whatNobodyNeedsMakesRoomBeforeABuildIsRefused() throws IOException {
    builds(8L * MB, 100);
    fill(data.resolve("git/0123456789abcdef01234567.git/objects/pack/old"), 12 * MB);
    Path lock = fill(data.resolve("git/0123456789abcdef01234567.lock"), 0);
    Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    fill(data.resolve("work/dep_killed/tree/left-over"), 2 * MB);
    fill(data.resolve("filler"), 7 * MB);

    Deployment built = ended(world.application("app", BuildConfig.auto(), null));

    assertThat(built.status()).isEqualTo(DeploymentStatus.DEPLOYING);
    assertThat(world.log(built.id())).anyMatch(line -> line.contains("There is room now."));
    assertThat(data.resolve("git/0123456789abcdef01234567.git")).doesNotExist();
    assertThat(data.resolve("work/dep_killed")).doesNotExist();
    assertThat(data.resolve("filler")).as("not ours to remove").exists();
  }

  @Test
  void aDiskWithoutInodesIsFullToo() throws IOException {
    builds(MB, 1_000);
    Application application = world.application("app", BuildConfig.auto(), null);
    Path many = Files.createDirectories(data.resolve("many"));
    for (int n = 0; n < 3_500; n++) {
      Files.createFile(many.resolve("f" + n));
    }

    Deployment refused = ended(application);

    var failure = Objects.requireNonNull(refused.failure());
    assertThat(failure.code()).isEqualTo("disk_full");
    assertThat(failure.detail()).contains("inodes are free on").contains("needs 1,000 inodes");
    assertThat(failure.remedy()).contains("SLIPWAY_BUILD_FREE_INODES");
  }

  @Test
  void aDiskThatFillsInTheMiddleLeavesNothingTruncatedBehind() throws IOException {
    builds(0, 0);
    byte[] big = new byte[6 * MB];
    new java.util.Random(7).nextBytes(big); // does not compress
    Path served = world.folder.resolve("served/big");
    var repository =
        world.repository("big").file("Dockerfile", "FROM slipway-base/busybox:latest\n");
    Files.write(served.resolve("big.bin"), big);
    repository.file("note", "with a big file").commit("big");
    Application application = world.application("big", BuildConfig.auto(), null);
    Path filler = fill(data.resolve("filler"), 15 * MB);

    Deployment failed = ended(application);
    assertThat(failed.status()).isEqualTo(DeploymentStatus.FAILED);
    var failure = Objects.requireNonNull(failed.failure());
    assertThat(failure.code()).as("%s %s", failure, world.log(failed.id())).isEqualTo("disk_full");
    assertThat(failure.remedy()).contains("SLIPWAY_DATA");
    world.mustHaveNoFiles(failed.id());

    Files.delete(filler);
    Deployment built = ended(application);
    assertThat(built.status()).isEqualTo(DeploymentStatus.DEPLOYING);
    System.out.println(
        "PROMISE T6: disk full in the middle of a checkout: failed with "
            + failure.code()
            + ", nothing left; freed: built from the same mirror folder");
  }
}
