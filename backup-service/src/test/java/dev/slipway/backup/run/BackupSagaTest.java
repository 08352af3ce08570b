package dev.slipway.backup.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.backup.destination.Stored;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.SagaPromises;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup survives crashes at any line, and is never called verified when it is not. */
class BackupSagaTest extends OnStand implements SagaPromises {
  private static final String IMAGE = "postgres:17";
  private final PretendPostgres postgres = new PretendPostgres();

  BackupSagaTest() {
    super(IMAGE);
    engine.program(IMAGE, postgres);
  }

  @Override
  public World freshWorld() {
    POSTGRES.clear("sagas", "saga_steps");
    var stand = stand();
    BackupId id = stand.ask(stand.shop());
    return new BackupWorld(stand, id);
  }

  private record BackupWorld(Stand stand, BackupId id) implements World {
    @Override
    public Saga saga() {
      return new BackupSaga(stand.parts);
    }

    @Override
    public String sagaId() {
      return id.value();
    }

    @Override
    public void mustBeDone() {
      Backup backup = stand.backup(id);
      assertThat(stand.told(backup)).isEqualTo("verified");
      assertThat(stand.objects()).containsExactly(stand.file(backup));
      assertThat(stand.containers()).isEmpty();
    }

    @Override
    public void mustBeUndone() {
      Backup backup = stand.backup(id);
      assertThat(backup.status()).isEqualTo(BackupStatus.FAILED);
      assertThat(backup.verifiedAt()).isNull();
      assertThat(stand.objects()).isEmpty();
      assertThat(stand.containers()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "destination_denied",
        "destination_missing",
        "destination_unreachable",
        "destination_timeout",
        "destination_failed",
        "disk_full"
      })
  void aDestinationThatFailsFailsTheBackupWithThatCause(String code) {
    var stand = stand();
    var id = stand.ask(stand.shop());
    stand.disguise(there ->
        new Disguise(there) {
          @Override
          public Stored write(String key, InputStream content) {
            throw Problem.failed(code, "It does not take it.", "Mend it.");
          }
        });
    Backup backup = stand.run(id);
    assertThat(stand.told(backup)).startsWith(code);
    assertThat(stand.objects()).isEmpty();
    assertThat(stand.containers()).isEmpty();
    System.out.println("PROMISE T14: " + code + " ended as failed with that cause");
  }

  @Test
  void aToolThatWritesNothingOrEndsBadlyStoresNothing() {
    engine.program(
        IMAGE,
        (command, env, in, out, err) ->
            command.getFirst().equals("pg_dump") ? 0 : postgres.run(command, env, in, out, err));
    var stand = stand();
    assertThat(stand.told(stand.run(stand.ask(stand.shop())))).startsWith("backup_empty");
    engine.program(
        IMAGE,
        (command, env, in, out, err) -> {
          int code = postgres.run(command, env, in, out, err);
          return command.getFirst().equals("pg_dump") ? 1 : code;
        });
    var other = stand();
    assertThat(other.told(other.run(other.ask(other.shop())))).startsWith("tool_failed");
    assertThat(stand.objects()).isEmpty();
    assertThat(other.objects()).isEmpty();
  }

  @Test
  void anAttemptRemovesWhatThoseBeforeItLeftAndNothingOfItsSuccessor() {
    var stand = stand();
    var id = stand.ask(stand.shop());
    var left = new CopyOnWriteArrayList<Path>();
    stand.disguise(there ->
        new Disguise(there) {
          @Override
          public List<Stored> list(String prefix) {
            for (String attempt : List.of("0", "99")) {
              String key = prefix + attempt + ".pgdump.zst";
              write(key, new ByteArrayInputStream(new byte[1]));
              left.add(stand.folder.resolve(key));
            }
            return super.list(prefix);
          }
        });
    Backup backup = stand.run(id);
    assertThat(stand.told(backup)).isEqualTo("verified");
    assertThat(left).hasSize(2);
    assertThat(stand.objects()).containsExactlyInAnyOrder(left.getLast(), stand.file(backup));
  }

  @Test
  void whoWasReplacedWhileHeDumpedPublishesNothing() {
    var stand = stand();
    var id = stand.ask(stand.shop());
    var replaced = new AtomicBoolean();
    engine.program(
        IMAGE,
        (command, env, in, out, err) -> {
          if (command.getFirst().equals("pg_dump") && !replaced.getAndSet(true)) {
            database()
                .query(
                    "update sagas set fence = fence + 1, owner = null, lease_until = now()"
                        + " where id = $1",
                    id.value())
                .await();
          }
          return postgres.run(command, env, in, out, err);
        });
    var published = new CopyOnWriteArrayList<String>();
    stand.disguise(there ->
        new Disguise(there) {
          @Override
          public Stored write(String key, InputStream content) {
            Stored stored = super.write(key, content);
            published.add(key);
            return stored;
          }
        });
    Backup backup = stand.run(id);
    assertThat(stand.told(backup)).isEqualTo("verified");
    assertThat(published).containsExactly(backup.objectKey());
  }

  @Test
  void aBackupIsCancelledInTheMiddleOfItsDumpAndLeavesNothing() throws Exception {
    var dumping = new CountDownLatch(1);
    engine.program(
        IMAGE,
        (command, env, in, out, err) -> {
          if (command.getFirst().equals("pg_dump")) {
            out.write(new byte[100_000]);
            dumping.countDown();
            new CountDownLatch(1).await();
          }
          return postgres.run(command, env, in, out, err);
        });
    var stand = stand();
    var id = stand.ask(stand.shop());
    var runner = stand.runner();
    runner.start().await();
    try {
      dumping.await();
      stand.parts.stores().backups().cancel(id).await();
      runner.ring();
      await().atMost(limit()).until(() -> stand.backup(id).status().ended());
    } finally {
      runner.stop().await();
    }
    assertThat(stand.backup(id).status()).isEqualTo(BackupStatus.CANCELLED);
    assertThat(stand.objects()).isEmpty();
    assertThat(stand.containers()).isEmpty();
  }

  @Test
  void aBackupTellsWhatItDoesInItsLog() {
    var stand = stand();
    var id = stand.run(stand.ask(stand.shop())).id();
    var log =
        database()
            .one(
                "select string_agg(convert_from(lines, 'UTF8'), '') from log_segments where stream = $1",
                row -> row.getString(0),
                "b:" + id)
            .await();
    assertThat(Objects.requireNonNull(log))
        .contains("Stored", "Starting a scratch server", "Verified")
        .doesNotContain(Stand.PASSWORD);
  }
}
