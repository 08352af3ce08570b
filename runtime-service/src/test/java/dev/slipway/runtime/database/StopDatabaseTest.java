package dev.slipway.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.database.DatabaseStatus;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.SagaPromises;
import dev.slipway.store.DatabaseWorkStore.Order;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A stopped database stays stopped, and its data stay. */
class StopDatabaseTest implements SagaPromises {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static DatabaseStand stand;

  @BeforeAll
  static void stand() {
    stand = new DatabaseStand(POSTGRES.database());
  }

  @AfterAll
  static void leave() {
    stand.close();
  }

  @Override
  public Database database() {
    return POSTGRES.database();
  }

  @Override
  public World freshWorld() {
    ProjectDatabase database = stand.running();
    return new DatabaseWorld(
        stand,
        DatabaseWork.STOP,
        database.id(),
        stand.ask(database.id(), DatabaseWork.STOP, Order.PLAIN),
        world -> {
          assertThat(world.now().status()).isEqualTo(DatabaseStatus.STOPPED);
          world.runsAlone(1, 0);
          world.volumesAre(world.serving());
        });
  }
}
