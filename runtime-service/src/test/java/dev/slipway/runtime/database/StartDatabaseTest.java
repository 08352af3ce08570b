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

/** A stopped database is started whole, or stays stopped. */
class StartDatabaseTest implements SagaPromises {
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
    stand.settle(stand.ask(database.id(), DatabaseWork.STOP, Order.PLAIN));
    return new DatabaseWorld(
        stand,
        DatabaseWork.START,
        database.id(),
        stand.ask(database.id(), DatabaseWork.START, Order.PLAIN),
        world -> {
          assertThat(world.now().status()).isEqualTo(DatabaseStatus.RUNNING);
          world.runsAlone(1, 1);
        });
  }
}
