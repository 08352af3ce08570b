package dev.slipway.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.backup.run.OnStand;
import dev.slipway.backup.run.PretendVolume;
import dev.slipway.backup.run.SampleVolume;
import dev.slipway.backup.run.Stand;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.SagaPromises;
import dev.slipway.store.ApplicationStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A volume is only replaced while nobody uses it and what was there is safe. */
class VolumeRestoreSagaTest extends OnStand implements SagaPromises {
  private static final String IMAGE = "slipway-base/debian:latest";
  private static final Map<String, String> WANTED = Map.of("a", "first", "b", "second");
  private final PretendVolume content = new PretendVolume(engine);

  VolumeRestoreSagaTest() {
    super(IMAGE);
    engine.program(IMAGE, content);
  }

  @Override
  protected Stand stand(Duration longestPause) {
    Stand stand = super.stand(longestPause);
    content.serve(stand);
    return stand;
  }

  /** A backup of what is wanted, while something else is in the volume now. */
  private BackupId backup(Stand stand, SampleVolume volume) {
    content.hold(WANTED);
    var backup = stand.run(volume.ask(false));
    assertThat(stand.told(backup)).isEqualTo("verified");
    content.hold(Map.of("a", "spoilt", "c", "more"));
    volume.stopped(true);
    return backup.id();
  }

  @Override
  public World freshWorld() {
    POSTGRES.clear("sagas", "saga_steps");
    var stand = stand();
    var volume = new SampleVolume(stand);
    return new RestoreWorld(stand, content, volume.askRestore(backup(stand, volume)));
  }

  private record RestoreWorld(Stand stand, PretendVolume content, String id) implements World {
    @Override
    public Saga saga() {
      return new VolumeRestoreSaga(stand.parts, stand.node);
    }

    @Override
    public String sagaId() {
      return id;
    }

    @Override
    public void mustBeDone() {
      assertThat(stand.restore(id).failure()).isNull();
      assertThat(stand.restore(id).status()).isEqualTo(Restore.Status.SUCCESS);
      assertThat(content.held()).isEqualTo(WANTED);
      nothingRuns();
    }

    @Override
    public void mustBeUndone() {
      assertThat(stand.restore(id).status()).isEqualTo(Restore.Status.FAILED);
      nothingRuns();
    }

    private void nothingRuns() {
      assertThat(stand.containers()).isEmpty();
    }
  }

  @Test
  void whatIsThereIsProvenFirstAndThenReplaced() {
    var stand = stand();
    var volume = new SampleVolume(stand);
    Restore restore = stand.runRestore(volume.askSafeRestore(backup(stand, volume)));
    assertThat(restore.failure()).isNull();
    assertThat(restore.status()).isEqualTo(Restore.Status.SUCCESS);
    assertThat(content.held()).isEqualTo(WANTED);
    var safety = stand.backup(Objects.requireNonNull(restore.safetyBackupId()));
    assertThat(safety.status()).isEqualTo(BackupStatus.VERIFIED);
    assertThat(Objects.requireNonNull(safety.manifest()).digests()).containsKeys("a", "c");
  }

  @Test
  void nothingIsReplacedWhenWhatIsThereCannotBeBackedUp() {
    var stand = stand();
    var volume = new SampleVolume(stand);
    var backup = backup(stand, volume);
    engine.program(
        IMAGE,
        (command, env, in, out, err) ->
            command.contains("--create") ? 2 : content.run(command, env, in, out, err));
    Restore restore = stand.runRestore(volume.askSafeRestore(backup));
    assertThat(Objects.requireNonNull(restore.failure()).code()).isEqualTo("safety_backup_failed");
    assertThat(content.held()).containsKey("c");
  }

  @Test
  void whatSomebodyWroteToWhileItWasReadIsNoSafetyBackup() {
    var stand = stand();
    var volume = new SampleVolume(stand);
    var backup = backup(stand, volume);
    engine.program(
        IMAGE,
        (command, env, in, out, err) -> {
          int code = content.run(command, env, in, out, err);
          if (!command.contains("--create")) {
            return code;
          }
          err.write("tar: ./c: file changed as we read it\n".getBytes(StandardCharsets.UTF_8));
          return 1;
        });
    Restore restore = stand.runRestore(volume.askSafeRestore(backup));
    assertThat(Objects.requireNonNull(restore.failure()).code()).isEqualTo("safety_backup_failed");
    assertThat(stand.told(stand.backup(Objects.requireNonNull(restore.safetyBackupId()))))
        .startsWith("volume_changed");
    assertThat(content.held()).containsKey("c");
  }

  @Test
  void whoCancelsTheSafetyBackupEndsTheRestore() {
    var stand = stand();
    var volume = new SampleVolume(stand);
    String id = volume.askSafeRestore(backup(stand, volume));
    stand
        .parts
        .stores()
        .backups()
        .cancel(Objects.requireNonNull(stand.restore(id).safetyBackupId()))
        .await();
    assertThat(stand.restore(id).status()).isEqualTo(Restore.Status.FAILED);
  }

  @Test
  void anApplicationThatRunsKeepsItsVolume() {
    var stand = stand();
    var volume = new SampleVolume(stand);
    var backup = backup(stand, volume);
    volume.stopped(false);
    assertThatThrownBy(() -> volume.askSafeRestore(backup))
        .isInstanceOfSatisfying(
            Problem.class, refused -> assertThat(refused.code()).isEqualTo("application_runs"));
  }

  @Test
  void anApplicationIsNotStartedWhileItsVolumeIsReplaced() {
    var stand = stand();
    var volume = new SampleVolume(stand);
    String id = volume.askSafeRestore(backup(stand, volume));
    var applications = new ApplicationStore(database());
    assertThatThrownBy(() -> applications.setStopped(volume.application, false).await())
        .isInstanceOfSatisfying(
            Problem.class,
            refused -> assertThat(refused.code()).isEqualTo("volume_being_restored"));
    assertThatThrownBy(() -> volume.askSafeRestore(stand.restore(id).backupId()))
        .isInstanceOfSatisfying(
            Problem.class,
            refused -> assertThat(refused.code()).isEqualTo("volume_being_restored"));
    stand.runRestore(id);
    assertThat(applications.setStopped(volume.application, false).await().stopped()).isFalse();
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeTheVolumeIsTouched() {
    var stand = stand();
    var volume = new SampleVolume(stand);
    var backup = backup(stand, volume);
    content.free(200 << 10);
    Restore restore = stand.runRestore(volume.askRestore(backup));
    var failure = Objects.requireNonNull(restore.failure());
    assertThat(failure.code()).isEqualTo("disk_full");
    assertThat(failure.detail()).contains("256 MB stay free");
    assertThat(failure.remedy()).contains("docker system df");
    assertThat(content.held()).containsKey("c");
    content.free(300 << 10);
    assertThat(stand.runRestore(volume.askRestore(backup)).status())
        .isEqualTo(Restore.Status.SUCCESS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zfs 900 5", "btrfs 900 5", "fuse 0 0", "nfs - -"})
  void whereNobodyCanTellWhatACopyTakesItIsTried(String disk) {
    var stand = stand();
    var volume = new SampleVolume(stand);
    var backup = backup(stand, volume);
    content.disk(disk);
    content.free(0);
    assertThat(stand.runRestore(volume.askRestore(backup)).status())
        .isEqualTo(Restore.Status.SUCCESS);
  }

  @Test
  void aDamagedBackupIsNoSuccess() throws IOException {
    var stand = stand();
    var volume = new SampleVolume(stand);
    var backup = backup(stand, volume);
    Path file = stand.file(stand.backup(backup));
    byte[] whole = Files.readAllBytes(file);
    whole[whole.length / 2] ^= 1;
    Files.write(file, whole);
    Restore restore = stand.runRestore(volume.askRestore(backup));
    assertThat(Objects.requireNonNull(restore.failure()).code()).isEqualTo("backup_corrupt");

    var applications = new ApplicationStore(database());
    assertThatThrownBy(() -> applications.setStopped(volume.application, false).await())
        .isInstanceOfSatisfying(
            Problem.class, refused -> assertThat(refused.code()).isEqualTo("volume_spoilt"));
    whole[whole.length / 2] ^= 1;
    Files.write(file, whole);
    assertThat(stand.runRestore(volume.askRestore(backup)).status())
        .isEqualTo(Restore.Status.SUCCESS);
    applications.setStopped(volume.application, false).await();
  }
}
