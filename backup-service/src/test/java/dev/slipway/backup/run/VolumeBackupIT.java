package dev.slipway.backup.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.Program;
import dev.slipway.docker.ProgramSpec;
import dev.slipway.docker.ServiceSpec.VolumeMount;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.pg.PostgresExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Volumes of a real engine with all that files may be, there and back. */
@Tag("docker")
class VolumeBackupIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  @TempDir static Path folder;

  private static final String IMAGE = "slipway-base/debian:latest";
  private static final DockerEngine ENGINE = JavaDockerEngine.at(JavaDockerEngine.DEFAULT_HOST);

  /** Everything that comparing must see: names, kinds, links, rights, owners, times, sizes. */
  private static final String LISTING =
      """
      cd /data && find . -printf '%p|%y|%s|%m|%U:%G|%T@|%n|%l\\n' | sort \
        && find . -type f -exec sha256sum {} + | sort
      """;

  private static final String FILES =
      """
      set -e
      cd /data
      chown 1000:1000 .
      mkdir -p 'a folder/deep/er' empty .hidden
      chmod 0700 .hidden
      printf secret > .hidden/key && chmod 0600 .hidden/key && chown 999:998 .hidden/key
      printf x > 'a folder/name with "quotes" and $dollar'
      printf y > "$(printf 'line\\nbreak')"
      printf z > "$(printf 'caf\\303\\251 \\377')"
      printf -- w > ./--checkpoint-action=exec=sh
      ln -s ../nowhere 'a folder/dangling'
      ln -s key .hidden/link
      ln 'a folder/name with "quotes" and $dollar' hard-link
      mkfifo pipe
      head -c 3000000 /dev/urandom > random
      : > nothing
      longer=$(printf 'n%.0s' $(seq 1 200)); printf long > "$longer"
      touch -d '2001-02-03 04:05:06.789' nothing
      chmod 4755 random
      """;

  private Stand stand;
  private SampleVolume volume;

  @BeforeEach
  void aVolume() throws IOException {
    stand = new Stand(POSTGRES.database(), ENGINE, folder.resolve(UUID.randomUUID().toString()));
    volume = new SampleVolume(stand);
    shell(FILES);
  }

  @AfterEach
  void nothingStays() {
    stand.close();
    ENGINE.volumes(volume.labels()).forEach(left -> ENGINE.removeVolume(left.name()));
  }

  @AfterAll
  static void closeTheEngine() {
    ENGINE.close();
  }

  private ProgramSpec.Builder spec(String name, Map<String, String> labels, String script) {
    return ProgramSpec.of("sw-it-" + name + "-" + UUID.randomUUID(), IMAGE, labels)
        .command(List.of("bash", "-c", script))
        .mounts(List.of(new VolumeMount(volume.engineName, "/data", false, volume.labels())));
  }

  private String shell(String script) throws IOException {
    try (var run = ENGINE.run(spec("shell", stand.labels(), script).build())) {
      String printed = new String(run.stdout().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(run.exitCode(Duration.ofMinutes(1))).as(run.stderrTail()).isZero();
      return printed;
    }
  }

  /** A replica that writes all the time. */
  private Program writer() {
    return ENGINE.run(
        spec(
                "writer",
                volume.replica(),
                "i=0; while :; do i=$((i + 1)); echo $i >> /data/growing; echo $i > /data/last; done")
            .build());
  }

  @Test
  void allThatFilesMayBeComesBackAsItWas() throws IOException {
    String before = shell(LISTING);
    Backup backup = stand.run(volume.ask(false));
    assertThat(stand.told(backup)).isEqualTo("verified");
    var manifest = Objects.requireNonNull(backup.manifest());
    assertThat(manifest.counts())
        .containsEntry("files", 9L)
        .containsEntry("directories", 6L)
        .containsEntry("links", 2L)
        .containsEntry("others", 1L);
    assertThat(manifest.digests()).containsKeys(".", "empty", "pipe", "a folder", ".hidden");

    shell("cd /data && rm -rf -- * .hidden && mkdir new && echo new > new/file && chmod 777 .");
    volume.stopped(true);
    Restore restore = stand.runRestore(volume.askSafeRestore(backup.id()));
    assertThat(restore.failure()).isNull();
    assertThat(restore.status()).isEqualTo(Restore.Status.SUCCESS);
    assertThat(shell(LISTING)).isEqualTo(before);
    var safety = stand.backup(Objects.requireNonNull(restore.safetyBackupId()));
    assertThat(safety.status()).isEqualTo(BackupStatus.VERIFIED);
    assertThat(Objects.requireNonNull(safety.manifest()).digests()).containsKey("new");
  }

  @Test
  void anEmptyVolumeHasABackupThatSaysSo() throws IOException {
    shell("find /data -mindepth 1 -delete");
    Backup backup = stand.run(volume.ask(false));
    assertThat(stand.told(backup)).isEqualTo("verified");
    assertThat(Objects.requireNonNull(backup.manifest()).counts())
        .containsEntry("files", 0L)
        .containsEntry("directories", 1L);
  }

  @Test
  void aVolumeThatIsWrittenToIsVerifiedWithWhatWasReadAndAPauseTakesOneMoment() {
    try (var writing = writer()) {
      Backup torn = stand.run(volume.ask(false));
      assertThat(stand.told(torn)).isEqualTo("verified");
      Backup still = stand.run(volume.ask(true));
      assertThat(stand.told(still)).isEqualTo("verified");
      assertThat(log(still)).doesNotContain("written to while it was read");
      assertThat(ENGINE.container(writing.id()).orElseThrow().state())
          .isEqualTo(ContainerInfo.State.RUNNING);
      assertThat(volume.paused()).isZero();
    }
  }

  private String log(Backup backup) {
    return Objects.requireNonNull(
        POSTGRES
            .database()
            .one(
                "select string_agg(convert_from(lines, 'UTF8'), '') from log_segments where stream = $1",
                row -> row.getString(0),
                "b:" + backup.id())
            .await());
  }

  @Test
  void whatWasDamagedWhereItLiesIsFoundOut() throws IOException {
    Backup backup = stand.run(volume.ask(false));
    Path file = stand.file(backup);
    byte[] whole = Files.readAllBytes(file);
    whole[whole.length / 2] ^= 4;
    Files.write(file, whole);
    Backup spoilt = stand.prove(backup.id());
    assertThat(stand.told(spoilt)).startsWith("backup_corrupt");
    assertThat(ENGINE.containers(Map.of("dev.slipway.backup-work", backup.id().value()))).isEmpty();
  }

  @Test
  void anotherContentThatIsAsGoodAnArchiveIsFoundOut() throws IOException {
    Backup backup = stand.run(volume.ask(false));
    shell("echo more > /data/more");
    Backup other = stand.run(volume.ask(false));
    Files.write(stand.file(backup), Files.readAllBytes(stand.file(other)));
    assertThat(stand.told(stand.prove(backup.id()))).startsWith("backup_corrupt");
    assertThat(stand.told(stand.prove(other.id()))).isEqualTo("verified");
  }
}
