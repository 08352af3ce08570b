package dev.slipway.backup.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.backup.destination.Stored;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerProblem;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What a proof tells of a backup, and what it never tells. */
class BackupProofTest extends OnStand {
  private static final String IMAGE = "postgres:17";
  private final PretendPostgres postgres = new PretendPostgres();

  BackupProofTest() {
    super(IMAGE);
    engine.program(IMAGE, postgres);
  }

  @Test
  void aCopyThatDiffersIsNeverVerifiedAndTheTableIsNamed() {
    var stand = stand();
    var id = stand.ask(stand.shop());
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
    assertThat(stand.objects()).hasSize(1);
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

  @Test
  void aDestinationThatIsAwayForAProofSaysNothingAboutTheBackup() {
    var stand = stand();
    var id = stand.run(stand.ask(stand.shop())).id();
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
    var id = stand.ask(stand.shop());
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
    assertThat(stand.objects()).containsExactly(stand.file(backup));
    stand.disguise(there -> there);
    assertThat(stand.told(stand.prove(id))).isEqualTo("verified");
  }

  @Test
  void anEngineThatStaysAwayForAProofRemovesNothing() {
    var stand = stand();
    var id = stand.ask(stand.shop());
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
    assertThat(stand.objects()).containsExactly(stand.file(backup));
  }

  @Test
  void aDumpThatWasSentIsVerifiedAndCountedInItsCopy() {
    var stand = stand();
    Backup own = stand.run(stand.ask(stand.shop()));
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
    BackupId id = stand.run(stand.ask(stand.shop())).id();
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
}
