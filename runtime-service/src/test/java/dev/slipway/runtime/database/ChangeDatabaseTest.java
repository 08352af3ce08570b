package dev.slipway.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Resources;
import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.SagaPromises;
import dev.slipway.store.DatabaseWorkStore.Order;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A change of settings is there whole, or the database is as it was. */
class ChangeDatabaseTest implements SagaPromises {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  /** No two databases of a node have the same. */
  private static final AtomicInteger PORT = new AtomicInteger(20_000);

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
    var config =
        new DatabaseConfig(
            "mine/postgres:17",
            new Resources(256, 1.0),
            Map.of("max_connections", "50"),
            PORT.incrementAndGet());
    return new DatabaseWorld(
        stand,
        DatabaseWork.CHANGE,
        database.id(),
        stand.ask(database.id(), DatabaseWork.CHANGE, Order.config(config)),
        world -> {
          assertThat(world.now().config()).isEqualTo(config);
          assertThat(world.servers().getFirst().image()).isEqualTo("mine/postgres:17");
          world.formIsAnother();
          world.runsAlone(1, 1);
        });
  }
}
