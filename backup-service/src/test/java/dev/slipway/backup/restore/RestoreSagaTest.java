package dev.slipway.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.backup.run.PretendPostgres;
import dev.slipway.backup.run.Stand;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.SagaPromises;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A restore survives crashes at any line, and never says success of anything else. */
class RestoreSagaTest implements SagaPromises {
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
    var backup = stand.run(stand.ask(row(stand, "shop"))).id();
    postgres.forget();
    return new RestoreWorld(stand, stand.askRestore(backup, row(stand, "copy"), false));
  }

  private Stand stand() {
    return new Stand(database(), engine, folder.resolve(UUID.randomUUID().toString()));
  }

  private static DatabaseId row(Stand stand, String name) {
    return stand.row(DatabaseEngine.POSTGRESQL, "17", name + "-" + stand.installation, "shop");
  }

  private record RestoreWorld(Stand stand, String id) implements World {
    @Override
    public Saga saga() {
      return new RestoreSaga(stand.parts);
    }

    @Override
    public String sagaId() {
      return id;
    }

    @Override
    public void mustBeDone() {
      assertThat(stand.restore(id).failure()).isNull();
      assertThat(stand.restore(id).status()).isEqualTo(Restore.Status.SUCCESS);
      nothingRuns();
    }

    @Override
    public void mustBeUndone() {
      assertThat(stand.restore(id).status()).isEqualTo(Restore.Status.FAILED);
      nothingRuns();
    }

    private void nothingRuns() {
      assertThat(stand.engine.containers(Map.of("dev.slipway.installation", stand.installation)))
          .isEmpty();
    }
  }

  @Test
  void whatIsThereIsNotReplacedUnlessItMayBe() {
    var stand = stand();
    var backup = stand.run(stand.ask(row(stand, "shop"))).id();
    var copy = row(stand, "copy");
    Restore refused = stand.runRestore(stand.askRestore(backup, copy, false));
    assertThat(Objects.requireNonNull(refused.failure()).code()).isEqualTo("target_not_empty");
    Restore forced = stand.runRestore(stand.askRestore(backup, copy, true));
    assertThat(forced.status()).isEqualTo(Restore.Status.SUCCESS);
  }

  @Test
  void aDamagedBackupIsNoSuccess() throws IOException {
    var stand = stand();
    var backup = stand.run(stand.ask(row(stand, "shop")));
    postgres.forget();
    byte[] whole = Files.readAllBytes(stand.file(backup));
    whole[whole.length / 2] ^= 1;
    Files.write(stand.file(backup), whole);
    Restore restore = stand.runRestore(stand.askRestore(backup.id(), row(stand, "copy"), false));
    assertThat(Objects.requireNonNull(restore.failure()).code()).isEqualTo("backup_corrupt");
  }

  @Test
  void aBackupOfAnotherEngineIsRefused() {
    var stand = stand();
    var backup = stand.run(stand.ask(row(stand, "shop"))).id();
    engine.hold("mariadb:11.8", MemoryImage.silent());
    var other = stand.row(DatabaseEngine.MARIADB, "11.8", "maria-" + stand.installation, "shop");
    Restore restore = stand.runRestore(stand.askRestore(backup, other, false));
    assertThat(Objects.requireNonNull(restore.failure()).code()).isEqualTo("backup_other_engine");
  }
}
