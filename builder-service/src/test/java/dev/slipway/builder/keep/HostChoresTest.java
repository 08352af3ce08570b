package dev.slipway.builder.keep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.builder.keep.KeepConfig.CacheOwner;
import dev.slipway.builder.source.GitSource;
import dev.slipway.builder.source.SourceLimits;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.keep.Chore;
import dev.slipway.platform.keep.Outcome;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.store.DeploymentStore;
import dev.slipway.store.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class HostChoresTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  @TempDir Path data;
  private final MemoryEngine engine = new MemoryEngine();

  private HostChores chores(KeepConfig config) {
    return new HostChores(
        config,
        data.resolve("work"),
        new GitSource(data, true, SourceLimits.defaults()),
        engine,
        new DeploymentStore(POSTGRES.database()));
  }

  private static Outcome does(HostChores chores, String what) throws Exception {
    for (Chore chore : chores.all()) {
      if (chore.what().equals(what)) {
        return chore.work().collect();
      }
    }
    throw new AssertionError("There is no chore " + what);
  }

  private static KeepConfig with(long mirrorBytes, CacheOwner cache) {
    return new KeepConfig(
        Duration.ofHours(1),
        Duration.ofDays(30),
        mirrorBytes,
        cache,
        Duration.ofDays(14),
        1L << 30,
        0);
  }

  private void mirror(String name, int bytes, Duration unused) throws IOException {
    Path pack = Files.createDirectories(data.resolve("git/" + name + ".git/objects/pack"));
    Files.write(pack.resolve("one"), new byte[bytes]);
    Path lock = Files.createFile(data.resolve("git/" + name + ".lock"));
    Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minus(unused)));
  }

  @Test
  void theDefaultsAndEverySetting() {
    assertThat(KeepConfig.from(Settings.of(Map.of()))).isEqualTo(KeepConfig.DEFAULTS);
    Settings settings =
        Settings.of(
            Map.of(
                "SLIPWAY_KEEP_EVERY", "5m",
                "SLIPWAY_KEEP_MIRRORS", "2d",
                "SLIPWAY_KEEP_MIRROR_BYTES", "1GB",
                "SLIPWAY_BUILD_CACHE", "ours",
                "SLIPWAY_KEEP_BUILD_CACHE", "3d",
                "SLIPWAY_KEEP_BUILD_CACHE_BYTES", "4GB",
                "SLIPWAY_BUILD_FREE_INODES", "77"));
    assertThat(KeepConfig.from(settings))
        .isEqualTo(
            new KeepConfig(
                Duration.ofMinutes(5),
                Duration.ofDays(2),
                1L << 30,
                CacheOwner.OURS,
                Duration.ofDays(3),
                4L << 30,
                77));
    settings.check();
  }

  @Test
  void mirrorsGoByAgeAndThenBySizeTheLongestUnusedFirst() throws Exception {
    mirror("ancient", 1_000, Duration.ofDays(31));
    mirror("older", 1_000, Duration.ofDays(3));
    mirror("old", 1_000, Duration.ofDays(2));
    mirror("new", 1_000, Duration.ofMinutes(1));

    Outcome outcome = does(chores(with(2_500, CacheOwner.SHARED)), "mirrors");

    assertThat(outcome).isEqualTo(new Outcome(2, 2_000, 2, 2_000));
    assertThat(data.resolve("git/old.git")).exists();
    assertThat(data.resolve("git/new.git")).exists();
  }

  @Test
  void inNeedOfRoomWhatWasNotUsedForAnHourGoes() throws Exception {
    mirror("old", 1_000, Duration.ofHours(2));
    mirror("new", 1_000, Duration.ofMinutes(1));
    HostChores chores = chores(with(1L << 30, CacheOwner.SHARED));
    chores.needRoom();
    assertThat(does(chores, "mirrors").collected()).isEqualTo(1);
    assertThat(data.resolve("git/new.git")).exists();
  }

  @Test
  void workTreesOfDeploymentsAtWorkStay() throws Exception {
    var waiting = Samples.waiting(POSTGRES.database(), Samples.application(POSTGRES.database()));
    Files.createDirectories(data.resolve("work/" + waiting + "/tree"));
    Files.createDirectories(data.resolve("work/dep_killed/scratch/build-1"));

    assertThat(does(chores(with(1, CacheOwner.SHARED)), "work-trees").collected()).isEqualTo(1);

    assertThat(data.resolve("work/" + waiting + "/tree")).exists();
    assertThat(data.resolve("work/dep_killed")).doesNotExist();
  }

  @Test
  void buildCacheIsPrunedOnlyWhenItsOwnerSaysItIsOurs() throws Exception {
    does(chores(with(1, CacheOwner.SHARED)), "build-cache");
    assertThat(engine.calls("pruneBuildCache")).isZero();
    does(chores(with(1, CacheOwner.OURS)), "build-cache");
    assertThat(engine.calls("pruneBuildCache")).isEqualTo(1);
  }
}
