package dev.slipway.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.database.DatabaseStatus;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.SagaPromises;
import dev.slipway.store.DatabaseStore;
import dev.slipway.store.DatabaseWorkStore.Order;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A database's first server is there whole, or nothing of it. */
class CreateDatabaseTest implements SagaPromises {
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
    DatabaseStore.Created created = stand.ask(Order.PLAIN);
    return new DatabaseWorld(
        stand,
        DatabaseWork.CREATE,
        created.id(),
        created.work(),
        world -> {
          assertThat(world.now().status()).isEqualTo(DatabaseStatus.RUNNING);
          world.runsAlone(1, 1);
          world.volumesAre(world.serving());
        });
  }
}
