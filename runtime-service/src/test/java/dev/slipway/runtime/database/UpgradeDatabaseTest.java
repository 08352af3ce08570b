package dev.slipway.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.SagaPromises;
import dev.slipway.store.DatabaseServerStore.State;
import dev.slipway.store.DatabaseWorkStore.Order;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An upgrade ends with the new version and the data, or with the old one untouched. */
class UpgradeDatabaseTest implements SagaPromises {
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
        DatabaseWork.UPGRADE,
        database.id(),
        stand.ask(database.id(), DatabaseWork.UPGRADE, Order.version("17")),
        world -> {
          assertThat(world.now().version()).isEqualTo("17");
          assertThat(world.servers().getFirst().state()).isEqualTo(State.SERVING);
          assertThat(world.servers().getLast().state()).isEqualTo(State.FORMER);
          world.runsAlone(2, 1);
          world.volumesAre(world.serving());
        });
  }
}
