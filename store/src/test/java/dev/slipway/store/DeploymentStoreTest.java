package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CancelOutcome;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DeploymentStoreTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private Database database;
  private DeploymentStore deployments;
  private Application application;

  @BeforeEach
  void anApplication() {
    database = POSTGRES.database();
    deployments = new DeploymentStore(database);
    application = Samples.application(database);
  }

  @Test
  void theNewestWaitingDeploymentWinsAndTheOlderOnesSayWhy() {
    DeploymentId first = Samples.waiting(database, application);
    DeploymentId second = Samples.waiting(database, application);

    Deployment superseded = deployments.get(first).await();
    assertThat(superseded.status()).isEqualTo(DeploymentStatus.CANCELLED);
    assertThat(superseded.reason()).isEqualTo("superseded");
    assertThat(deployments.get(second).await().status()).isEqualTo(DeploymentStatus.PENDING);
    assertThat(new LogStore(database).state("d:" + first.value()).await().ended()).isTrue();
  }

  @Test
  void whoAsksAgainKeepsItsPlaceInLine() {
    Samples.waiting(database, application);
    Application other = Samples.application(database);
    DeploymentId behind = Samples.waiting(database, other);
    DeploymentId again = Samples.waiting(database, application);

    assertThat(position(behind)).isEqualTo(position(again) + 1);
  }

  private int position(DeploymentId id) {
    Integer position = deployments.get(id).await().queuePosition();
    return position == null ? -1 : position;
  }

  @Test
  void oneThatIsAtWorkIsNotSuperseded() {
    DeploymentId working = Samples.waiting(database, application);
    Fence fence = claim(working);
    deployments.building(fence, working).await();

    Samples.waiting(database, application);

    assertThat(deployments.get(working).await().status()).isEqualTo(DeploymentStatus.BUILDING);
  }

  @Test
  void fiftyAtOnceGetFiftyNumbersAndOneSurvives() {
    List<Future<DeploymentId>> asked =
        IntStream.range(0, 50)
            .mapToObj(i ->
                deployments.request(
                    application.id(),
                    new DeploymentStore.Wish(Trigger.WEBHOOK, "hook", null, null)))
            .toList();
    Future.all(asked).await();

    List<Deployment> all = deployments.list(filter(application.id(), null, 100)).await();
    assertThat(all).extracting(Deployment::number).doesNotHaveDuplicates().hasSize(50);
    assertThat(all)
        .filteredOn(deployment -> deployment.status() == DeploymentStatus.PENDING)
        .singleElement()
        .extracting(Deployment::number)
        .isEqualTo(50);
  }

  @Test
  void aStaleOwnerCannotWrite() {
    DeploymentId id = Samples.waiting(database, application);
    Fence stale = claim(id);
    claim(id);

    assertThatThrownBy(() -> deployments.building(stale, id).await()).isInstanceOf(FencedOut.class);
    assertThat(deployments.get(id).await().status()).isEqualTo(DeploymentStatus.PENDING);
  }

  @Test
  void aFailureKeepsItsFirstReasonAndItsCandidateGoes() {
    Release candidate = Samples.candidate(database, application, "v1");
    DeploymentId id = candidate.deploymentId();
    Failure first = new Failure("await-healthy", "port_not_open", "No.", "Open it.", List.of());
    Failure second = new Failure("announce", "other", "Later.", "None.", List.of());

    database.transaction(tx -> DeploymentStore.failed(tx, id, first)).await();
    database.transaction(tx -> DeploymentStore.failed(tx, id, second)).await();

    Deployment failed = deployments.get(id).await();
    assertThat(failed.status()).isEqualTo(DeploymentStatus.FAILED);
    assertThat(failed.failure()).isEqualTo(first);
    assertThat(new ReleaseStore(database).get(candidate.id()).await().state())
        .isEqualTo(ReleaseState.REMOVED);
  }

  @Test
  void aWaitingDeploymentIsCancelledAtOnce() {
    DeploymentId id = Samples.waiting(database, application);

    assertThat(deployments.cancel(id, "requested").await()).isEqualTo(CancelOutcome.NEVER_RAN);
    assertThat(deployments.get(id).await().status()).isEqualTo(DeploymentStatus.CANCELLED);
    assertThat(deployments.cancel(id, "requested").await()).isEqualTo(CancelOutcome.NOTHING_OPEN);
  }

  @Test
  void aRollbackCarriesTheReleaseItBringsBack() {
    Release old = Samples.serving(database, application, "v1");
    Samples.serving(database, application, "v2");

    DeploymentId id =
        deployments
            .requestRelease(
                application.id(),
                old.id(),
                new DeploymentStore.Wish(Trigger.ROLLBACK, "tester", null, null))
            .await();

    Deployment rollback = deployments.get(id).await();
    assertThat(rollback.rollbackOf()).isEqualTo(old.id());
    assertThat(rollback.releaseId()).isEqualTo(old.id());
    assertThat(rollback.commitSha()).isEqualTo("c0ffee");
    assertThat(rollback.imageDigest()).isEqualTo("sha256:v1");
  }

  @Test
  void listsPageNewestFirstWithoutHolesOrRepeats() {
    for (int i = 0; i < 7; i++) {
      Samples.waiting(database, application);
    }
    List<Deployment> first = deployments.list(filter(application.id(), null, 4)).await();
    List<Deployment> rest =
        deployments.list(filter(application.id(), first.getLast().id(), 4)).await();

    assertThat(first).extracting(Deployment::number).containsExactly(7, 6, 5, 4);
    assertThat(rest).extracting(Deployment::number).containsExactly(3, 2, 1);
  }

  @Test
  void nothingIsAskedOfAnApplicationThatIsNotThere() {
    assertThatThrownBy(() ->
            deployments
                .request(
                    new ApplicationId("app_none"),
                    new DeploymentStore.Wish(Trigger.MANUAL, "tester", null, null))
                .await())
        .isInstanceOf(Problem.class)
        .hasMessageContaining("app_none");
  }

  private DeploymentStore.Filter filter(
      ApplicationId id, @Nullable DeploymentId before, int limit) {
    return new DeploymentStore.Filter(id, null, null, before, limit);
  }

  /** As the saga runner does it: running, one number further. */
  private Fence claim(DeploymentId id) {
    return database
        .one(
            """
            update sagas set state = 'running', fence = fence + 1 where subject = $1
              returning id, fence
            """,
            row -> new Fence(row.getString("id"), row.getLong("fence")),
            id.value())
        .await();
  }
}
