package dev.slipway.runtime.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.SagaPromises;
import dev.slipway.runtime.Fixture.Shape;
import dev.slipway.runtime.database.BackupStandIn;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.DeploymentStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Between the build and the release: two backups are asked for once, whatever dies, and nothing of
 * the new release is there before both are proven.
 */
class BeforeDeploySagaTest implements SagaPromises {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static DeployStand stand;
  private static BackupStandIn backups;

  @BeforeAll
  static void stand() {
    stand = new DeployStand(POSTGRES.database());
    backups = new BackupStandIn(POSTGRES.database());
    backups.start();
  }

  @AfterAll
  static void leave() {
    backups.close();
    stand.close();
  }

  @Override
  public Database database() {
    return POSTGRES.database();
  }

  @Override
  public World freshWorld() {
    Shape shape = Shape.web(DeployStand.PORT);
    Application application = stand.fixture.application(shape);
    stand.serve(application, shape, DeployStand.OLD);
    BackedUp.before(database(), application);
    BackedUp.before(database(), application);
    return new Waiting(application, stand.fixture.deploy(application, shape, DeployStand.NEW));
  }

  private record Waiting(Application application, Deployment deployment) implements World {
    @Override
    public Saga saga() {
      return new BeforeDeploySaga(
          stand.fixture.deployParts(), Duration.ofHours(1), Duration.ZERO, () -> {});
    }

    @Override
    public String sagaId() {
      return DeploymentStore.sagaId(deployment.id(), DeploymentStore.BEFORE_DEPLOY);
    }

    @Override
    public void mustBeDone() {
      assertThat(asked())
          .hasSize(2)
          .allSatisfy(backup -> {
            assertThat(backup.status()).isEqualTo(BackupStatus.VERIFIED);
            assertThat(backup.trigger()).isEqualTo(BackupTrigger.BEFORE_DEPLOY);
            assertThat(backup.deploymentId()).isEqualTo(deployment.id());
          });
      assertThat(stand.fixture.now(deployment).backupIds())
          .containsExactlyElementsOf(asked().stream().map(each -> each.id().value()).toList());
      assertThat(stand.fixture.status(deployment)).isEqualTo(DeploymentStatus.DEPLOYING);
      assertThat(handedOver()).isEqualTo(1);
      onlyTheOldOneIsThere();
    }

    @Override
    public void mustBeUndone() {
      assertThat(stand.fixture.status(deployment)).isEqualTo(DeploymentStatus.FAILED);
      assertThat(asked()).allMatch(backup -> backup.status().ended());
      assertThat(handedOver()).isZero();
      onlyTheOldOneIsThere();
    }

    private void onlyTheOldOneIsThere() {
      assertThat(stand.fixture.answer(application.id())).isEqualTo("old");
      Map<String, String> its = Labels.of(stand.fixture.installation, application.id());
      assertThat(stand.engine.services(its)).hasSize(1);
    }

    private List<Backup> asked() {
      return BackedUp.of(POSTGRES.database(), deployment);
    }

    private long handedOver() {
      Long found =
          POSTGRES
              .database()
              .one(
                  "select count(*) from sagas where subject = $1 and kind = 'deploy'",
                  row -> row.getLong(0),
                  deployment.id().value())
              .await();
      return found == null ? 0 : found;
    }
  }
}
