package dev.slipway.platform.saga;

import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The promises, kept by a saga of the platform's own. */
class SagaPromisesTest implements SagaPromises {
  @RegisterExtension
  static final PostgresExtension POSTGRES = new PostgresExtension(List.of("db/platform"));

  @BeforeAll
  static void makeTables() {
    POSTGRES.database().script(PaintingWorld.TABLES).await();
  }

  @Override
  public Database database() {
    return POSTGRES.database();
  }

  @Override
  public World freshWorld() {
    // A world nobody runs must not wait in line before the one under test.
    POSTGRES.clear("sagas", "saga_steps", "paint", "verdict");
    return PaintingWorld.submitted(database());
  }
}
