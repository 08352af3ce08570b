package dev.slipway.backup.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.docker.memory.MemoryProgram;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.SagaPromises;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A volume is backed up like a database, and its application never stays paused. */
class VolumeBackupSagaTest extends OnStand implements SagaPromises {
  private static final String IMAGE = "slipway-base/debian:latest";
  private final PretendVolume content = new PretendVolume(engine);

  VolumeBackupSagaTest() {
    super(IMAGE);
    engine.program(IMAGE, content);
  }

  @Override
  protected Stand stand(Duration longestPause) {
    Stand stand = super.stand(longestPause);
    content.serve(stand);
    return stand;
  }

  private String replica(SampleVolume volume) {
    return engine.run("replica-" + UUID.randomUUID(), volume.replica(), MemoryImage.silent());
  }

  @Override
  public World freshWorld() {
    POSTGRES.clear("sagas", "saga_steps", "paused_containers");
    var stand = stand();
    var volume = new SampleVolume(stand);
    return new VolumeWorld(stand, volume, volume.ask(true), replica(volume));
  }

  private record VolumeWorld(Stand stand, SampleVolume volume, BackupId id, String replica)
      implements World {
    @Override
    public Saga saga() {
      return new BackupSaga(stand.parts, stand.node);
    }

    @Override
    public String sagaId() {
      return id.value();
    }

    @Override
    public void mustBeDone() {
      Backup backup = stand.backup(id);
      assertThat(stand.told(backup)).isEqualTo("verified");
      assertThat(stand.file(backup)).exists();
      onlyTheApplicationRuns();
    }

    @Override
    public void mustBeUndone() {
      assertThat(stand.backup(id).status()).isEqualTo(BackupStatus.FAILED);
      onlyTheApplicationRuns();
    }

    private void onlyTheApplicationRuns() {
      assertThat(stand.containers())
          .singleElement()
          .satisfies(container -> {
            assertThat(container.id()).isEqualTo(replica);
            assertThat(container.state()).isEqualTo(ContainerInfo.State.RUNNING);
          });
      assertThat(volume.paused()).isZero();
    }
  }

  @Test
  void aCopyThatDoesNotFitOnTheDiskIsNotMadeAndTheBackupIsProvenLater() {
    var stand = stand();
    var volume = new SampleVolume(stand);
    content.free(100 << 10);
    var backup = stand.run(volume.ask(false));
    assertThat(stand.told(backup)).startsWith("disk_full");
    assertThat(stand.file(backup)).exists();
    content.free(300 << 10);
    assertThat(stand.told(stand.run(volume.ask(false)))).isEqualTo("verified");
  }

  @Test
  void whatIsInAVolumeIsCountedAndHasADigest() {
    var stand = stand();
    Backup backup = stand.run(new SampleVolume(stand).ask(false));
    assertThat(stand.told(backup)).isEqualTo("verified");
    var manifest = Objects.requireNonNull(backup.manifest());
    assertThat(manifest.format()).isEqualTo("tar");
    assertThat(manifest.tool()).contains("GNU tar");
    assertThat(manifest.counts())
        .containsEntry("files", 2L)
        .containsEntry("bytes", 3L)
        .containsEntry("directories", 1L);
    assertThat(manifest.digests()).containsOnlyKeys(".", "one", "two");
    assertThat(String.valueOf(backup.objectKey())).endsWith(".tar.zst");
  }

  @Test
  void aCopyThatDiffersIsNeverVerifiedAndItsPlaceIsNamed() {
    var stand = stand();
    var id = new SampleVolume(stand).ask(false);
    engine.program(IMAGE, writingOtherwise("--extract"));
    Backup backup = stand.run(id);
    assertThat(stand.told(backup)).startsWith("verification_counts_differ").contains("one");
    engine.program(IMAGE, content);
    assertThat(stand.told(stand.prove(id))).isEqualTo("verified");
  }

  /** An archive that is put back with one of its files changed, and as long as before. */
  private MemoryProgram writingOtherwise(String when) {
    return (command, env, in, out, err) -> {
      if (!command.contains(when)) {
        return content.run(command, env, in, out, err);
      }
      var bytes = in.readAllBytes();
      int at = 512 + 512; // behind the root's head and the head of the first file
      bytes[at] = 'x';
      return content.run(command, env, new java.io.ByteArrayInputStream(bytes), out, err);
    };
  }

  @Test
  void aVolumeThatWasWrittenToIsBackedUpWithAWarning() {
    var stand = stand();
    engine.program(
        IMAGE,
        (command, env, in, out, err) -> {
          int code = content.run(command, env, in, out, err);
          if (command.contains("--create")) {
            err.write("tar: ./one: file changed as we read it\n".getBytes(StandardCharsets.UTF_8));
            return 1;
          }
          return code;
        });
    var id = new SampleVolume(stand).ask(false);
    assertThat(stand.told(stand.run(id))).isEqualTo("verified");
    assertThat(log(id)).contains("was written to while it was read", "./one: file changed");
  }

  private String log(BackupId id) {
    return Objects.requireNonNull(
        database()
            .one(
                "select string_agg(convert_from(lines, 'UTF8'), '') from log_segments where stream = $1",
                row -> row.getString(0),
                "b:" + id)
            .await());
  }

  @Test
  void whatTarFailsWithFailsTheBackupAndStoresNothing() throws Exception {
    var stand = stand();
    engine.program(
        IMAGE,
        (command, env, in, out, err) -> {
          int code = content.run(command, env, in, out, err);
          return command.contains("--create") ? 2 : code;
        });
    Backup backup = stand.run(new SampleVolume(stand).ask(false));
    assertThat(stand.told(backup)).startsWith("tool_failed");
    try (var left = Files.walk(stand.folder)) {
      assertThat(left.filter(file -> file.toString().contains("slipway")))
          .noneMatch(Files::isRegularFile);
    }
  }

  @Test
  void aPauseThatTakesTooLongFailsByNameAndTheApplicationGoesOn() {
    var stand = stand(Duration.ofMillis(300));
    var volume = new SampleVolume(stand);
    String replica = replica(volume);
    engine.program(
        IMAGE,
        (command, env, in, out, err) -> {
          if (command.contains("--create")) {
            out.write(new byte[1000]);
            new CountDownLatch(1).await();
          }
          return content.run(command, env, in, out, err);
        });
    Backup backup = stand.run(volume.ask(true));
    assertThat(stand.told(backup)).startsWith("pause_too_long");
    assertThat(state(replica)).isEqualTo(ContainerInfo.State.RUNNING);
    assertThat(volume.paused()).isZero();
  }

  @Test
  void anApplicationThatWasLetGoMeanwhileIsNoBackupOfOneMoment() {
    var stand = stand();
    var volume = new SampleVolume(stand);
    String replica = replica(volume);
    engine.program(
        IMAGE,
        (command, env, in, out, err) -> {
          if (command.contains("--create")) {
            engine.unpauseContainer(replica);
          }
          return content.run(command, env, in, out, err);
        });
    assertThat(stand.told(stand.run(volume.ask(true)))).startsWith("pause_interrupted");
  }

  @Test
  void theApplicationStandsStillWhileItsVolumeIsReadAndNotLonger() {
    var stand = stand();
    var volume = new SampleVolume(stand);
    String replica = replica(volume);
    var seen = new java.util.concurrent.atomic.AtomicReference<ContainerInfo.State>();
    engine.program(
        IMAGE,
        (command, env, in, out, err) -> {
          if (command.contains("--create")) {
            seen.compareAndSet(null, state(replica));
          }
          return content.run(command, env, in, out, err);
        });
    assertThat(stand.told(stand.run(volume.ask(true)))).isEqualTo("verified");
    assertThat(seen.get()).isEqualTo(ContainerInfo.State.PAUSED);
    assertThat(state(replica)).isEqualTo(ContainerInfo.State.RUNNING);
  }

  /** Its process was killed: nobody is there to undo anything. */
  @Test
  void whatAKilledBackupLeftPausedGoesOn() {
    var stand = stand();
    var volume = new SampleVolume(stand);
    String replica = replica(volume);
    engine.pauseContainer(replica);
    database()
        .query(
            """
            insert into paused_containers(container_id, node_id, saga_id, fence, ends_at)
              values ($1, $2, 'bak_killed', 1, now() + interval '1 hour')
            """,
            replica,
            stand.node)
        .await();
    try (var watch =
        new PauseWatch(
            stand.parts.stores().pauses(),
            engine,
            stand.parts.config().installation(),
            stand.node)) {
      watch.start();
      await().atMost(limit()).until(() -> state(replica) == ContainerInfo.State.RUNNING);
      await().atMost(limit()).until(() -> volume.paused() == 0);
    }
  }

  /** The row went with a database that was restored, or before the engine had done it. */
  @Test
  void whatStandsStillForNobodyGoesOn() {
    var stand = stand();
    String replica = replica(new SampleVolume(stand));
    engine.pauseContainer(replica);
    try (var watch =
        new PauseWatch(
            stand.parts.stores().pauses(),
            engine,
            stand.parts.config().installation(),
            stand.node)) {
      assertThat(watch.lookForStrays()).isEqualTo(1);
      assertThat(state(replica)).isEqualTo(ContainerInfo.State.RUNNING);
      assertThat(watch.lookForStrays()).isZero();
    }
  }

  private ContainerInfo.State state(String container) {
    return engine.container(container).orElseThrow().state();
  }

  @Test
  void aVolumeThatIsNotOnItsNodeFailsAndIsNotMade() {
    var stand = stand();
    var volume = new SampleVolume(stand);
    engine.removeVolume(volume.engineName);
    assertThat(stand.told(stand.run(volume.ask(false)))).startsWith("volume_missing");
    assertThat(engine.volumes(volume.labels())).isEmpty();
  }
}
