package dev.slipway.backup.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.destination.Stored;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.SagaPromises;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup survives crashes at any line, and is never called verified when it is not. */
class BackupSagaTest implements SagaPromises {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  @TempDir static Path folder;

  private static final String IMAGE = "postgres:17";
  private final PretendPostgres postgres = new PretendPostgres();
  private final MemoryEngine engine = engine(postgres);

  private static MemoryEngine engine(PretendPostgres postgres) {
    var engine = new MemoryEngine();
    engine.hold(IMAGE, MemoryImage.silent());
    engine.program(IMAGE, postgres);
    return engine;
  }

  @AfterEach
  void closeTheEngine() {
    engine.close();
  }

  @Override
  public Database database() {
    return POSTGRES.database();
  }

  @Override
  public Duration limit() {
    return Duration.ofSeconds(60);
  }

  @Override
  public World freshWorld() {
    POSTGRES.clear("sagas", "saga_steps");
    var stand = stand();
    BackupId id = stand.ask(database(stand));
    return new BackupWorld(stand, id);
  }

  private Stand stand() {
    return new Stand(database(), engine, folder.resolve(UUID.randomUUID().toString()));
  }

  private static DatabaseId database(Stand stand) {
    return stand.row(DatabaseEngine.POSTGRESQL, "17", "shop-" + stand.installation, "shop");
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
      assertThat(objects(stand)).containsExactly(stand.file(backup));
      assertThat(containers(stand)).isEmpty();
    }

    @Override
    public void mustBeUndone() {
      Backup backup = stand.backup(id);
      assertThat(backup.status()).isEqualTo(BackupStatus.FAILED);
      assertThat(backup.verifiedAt()).isNull();
      assertThat(objects(stand)).isEmpty();
      assertThat(containers(stand)).isEmpty();
    }
  }

  private static List<Path> objects(Stand stand) {
    if (!Files.isDirectory(stand.folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(stand.folder)) {
      return all.filter(Files::isRegularFile).filter(file -> !file.endsWith("master.key")).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<?> containers(Stand stand) {
    return stand.engine.containers(Map.of("dev.slipway.installation", stand.installation));
  }

  @Test
  void aCopyThatDiffersIsNeverVerifiedAndTheTableIsNamed() {
    var stand = stand();
    var id = stand.ask(database(stand));
    stand.disguise(there ->
        new Disguise(there) {
          @Override
          public Stored write(String key, InputStream content) {
            Stored stored = super.write(key, content);
            postgres.forget();
            return stored;
          }
        });
    engine.program(IMAGE, losingRows());
    Backup backup = stand.run(id);
    assertThat(stand.told(backup))
        .startsWith("verification_counts_differ")
        .contains("public.lines");
    assertThat(backup.verifiedAt()).isNull();
    assertThat(objects(stand)).hasSize(1);
    engine.program(IMAGE, postgres);
    assertThat(stand.told(stand.prove(id))).isEqualTo("verified");
  }

  private dev.slipway.docker.memory.MemoryProgram losingRows() {
    return (command, env, in, out, err) -> {
      int code = postgres.run(command, env, in, out, err);
      if (command.getFirst().equals("pg_restore")) {
        postgres.forget();
      }
      return code;
    };
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
    var id = stand.ask(database(stand));
    stand.disguise(there ->
        new Disguise(there) {
          @Override
          public Stored write(String key, InputStream content) {
            throw Problem.failed(code, "It does not take it.", "Mend it.");
          }
        });
    Backup backup = stand.run(id);
    assertThat(stand.told(backup)).startsWith(code);
    assertThat(objects(stand)).isEmpty();
    assertThat(containers(stand)).isEmpty();
    System.out.println("PROMISE T14: " + code + " ended as failed with that cause");
  }

  @Test
  void aDestinationThatIsAwayForAProofSaysNothingAboutTheBackup() {
    var stand = stand();
    var id = stand.run(stand.ask(database(stand))).id();
    stand.disguise(there ->
        new Disguise(there) {
          @Override
          public InputStream read(String key, long from, long length) {
            throw Problem.failed("destination_denied", "It gives nothing.", "Mend it.");
          }
        });
    assertThat(stand.told(stand.prove(id))).isEqualTo("verified");
  }

  @Test
  void aProofThatCannotBeBegunRemovesNothing() {
    var stand = stand();
    var id = stand.ask(database(stand));
    var opened = new AtomicBoolean();
    stand.disguise(there -> {
      if (opened.getAndSet(true)) {
        there.close();
        throw Problem.failed("destination_denied", "It lets nobody in.", "Mend it.");
      }
      return there;
    });
    Backup backup = stand.run(id);
    assertThat(stand.told(backup)).startsWith("destination_denied");
    assertThat(objects(stand)).containsExactly(stand.file(backup));
    stand.disguise(there -> there);
    assertThat(stand.told(stand.prove(id))).isEqualTo("verified");
  }

  @Test
  void anEngineThatStaysAwayForAProofRemovesNothing() {
    var stand = stand();
    var id = stand.ask(database(stand));
    var dumped = new AtomicBoolean();
    stand.disguise(there -> {
      if (dumped.getAndSet(true)) {
        there.close();
        throw new DockerProblem.EngineDown("It is away.", null);
      }
      return there;
    });
    Backup backup = stand.run(id);
    assertThat(stand.told(backup)).startsWith("engine_down");
    assertThat(objects(stand)).containsExactly(stand.file(backup));
  }

  @Test
  void aDumpThatWasSentIsVerifiedAndCountedInItsCopy() {
    var stand = stand();
    Backup own = stand.run(stand.ask(database(stand)));
    BackupId id = sent(stand, own);
    postgres.forget();
    Backup sent = stand.prove(id);
    assertThat(stand.told(sent)).isEqualTo("verified");
    assertThat(counts(sent)).isEqualTo(counts(own)).isNotEmpty();
    engine.program(IMAGE, losingRows());
    assertThat(stand.told(stand.prove(id))).startsWith("verification_counts_differ");
  }

  @Test
  void anEmptyDatabaseWhoseCopyHoldsTablesIsNotVerified() {
    var stand = stand();
    BackupId id = stand.run(stand.ask(database(stand))).id();
    uncounted(id);
    assertThat(stand.told(stand.prove(id))).startsWith("verification_counts_differ");
  }

  /** The same dump, sent by somebody for the same database: nobody has counted in it. */
  private BackupId sent(Stand stand, Backup own) {
    BackupId id = stand.ask(new DatabaseId(String.valueOf(own.subject().id())));
    database().query("delete from sagas where subject = $1", id.value()).await();
    database()
        .query(
            """
            update backups b set trigger = 'import', status = 'stored', manifest = o.manifest,
                object_key = o.object_key
              from backups o where b.id = $1 and o.id = $2
            """,
            id.value(),
            own.id().value())
        .await();
    uncounted(id);
    return id;
  }

  private void uncounted(BackupId id) {
    database()
        .query(
            "update backups set manifest = jsonb_set(manifest, '{counts}', '{}') where id = $1",
            id.value())
        .await();
  }

  private static Map<String, Long> counts(Backup backup) {
    return Objects.requireNonNull(backup.manifest()).counts();
  }

  @Test
  void aToolThatWritesNothingOrEndsBadlyStoresNothing() {
    engine.program(
        IMAGE,
        (command, env, in, out, err) ->
            command.getFirst().equals("pg_dump") ? 0 : postgres.run(command, env, in, out, err));
    var stand = stand();
    assertThat(stand.told(stand.run(stand.ask(database(stand))))).startsWith("backup_empty");
    engine.program(
        IMAGE,
        (command, env, in, out, err) -> {
          int code = postgres.run(command, env, in, out, err);
          return command.getFirst().equals("pg_dump") ? 1 : code;
        });
    var other = stand();
    assertThat(other.told(other.run(other.ask(database(other))))).startsWith("tool_failed");
    assertThat(objects(stand)).isEmpty();
    assertThat(objects(other)).isEmpty();
  }

  @Test
  void anAttemptRemovesWhatThoseBeforeItLeftAndNothingOfItsSuccessor() {
    var stand = stand();
    var id = stand.ask(database(stand));
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
    assertThat(objects(stand)).containsExactlyInAnyOrder(left.getLast(), stand.file(backup));
  }

  @Test
  void whoWasReplacedWhileHeDumpedPublishesNothing() {
    var stand = stand();
    var id = stand.ask(database(stand));
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
    var id = stand.ask(database(stand));
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
    assertThat(objects(stand)).isEmpty();
    assertThat(containers(stand)).isEmpty();
  }

  @Test
  void aBackupTellsWhatItDoesInItsLog() {
    var stand = stand();
    var id = stand.run(stand.ask(database(stand))).id();
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

  /** A destination that does one thing otherwise. */
  private static class Disguise implements Destination {
    private final Destination there;

    Disguise(Destination there) {
      this.there = there;
    }

    @Override
    public Stored write(String key, InputStream content) {
      return there.write(key, content);
    }

    @Override
    public InputStream read(String key, long from, long length) {
      return there.read(key, from, length);
    }

    @Override
    public Optional<Stored> look(String key) {
      return there.look(key);
    }

    @Override
    public List<Stored> list(String prefix) {
      return there.list(prefix);
    }

    @Override
    public void remove(String key) {
      there.remove(key);
    }

    @Override
    public void check() {
      there.check();
    }

    @Override
    public void close() {
      there.close();
    }
  }
}
