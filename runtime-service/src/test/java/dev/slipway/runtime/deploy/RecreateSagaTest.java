package dev.slipway.runtime.deploy;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.SagaPromises;
import dev.slipway.runtime.Fixture.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A volume allows one writer, so the old release stops first, and answers again when the new one
 * fails.
 */
class RecreateSagaTest implements SagaPromises {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static DeployStand stand;

  @BeforeAll
  static void stand() {
    stand = new DeployStand(POSTGRES.database());
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
    Shape shape = Shape.web(DeployStand.PORT).volume("data", "/data");
    Application application = stand.fixture.application(shape);
    Release old = stand.serve(application, shape, DeployStand.OLD);
    return new DeployWorld(
        stand.fixture, application, old, stand.fixture.deploy(application, shape, DeployStand.NEW));
  }
}
