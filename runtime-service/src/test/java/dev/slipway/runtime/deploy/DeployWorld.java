package dev.slipway.runtime.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.contracts.route.RouteState;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.SagaPromises;
import dev.slipway.platform.saga.SagaRunner;
import dev.slipway.runtime.Fixture;
import dev.slipway.runtime.service.Labels;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An application whose old release serves, and a deployment of a new one that waits for its runner.
 */
final class DeployWorld implements SagaPromises.World {
  private final Fixture fixture;
  private final Application application;
  private final Release old;
  private final Deployment deployment;
  private final Map<String, Integer> servicesBefore;

  DeployWorld(Fixture fixture, Application application, Release old, Deployment deployment) {
    this.fixture = fixture;
    this.application = application;
    this.old = old;
    this.deployment = deployment;
    this.servicesBefore = services();
  }

  /** Deploys until it ends, outside of any promise. */
  static void settle(Fixture fixture, Deployment deployment) {
    SagaRunner runner =
        new SagaRunner(
            fixture.database.vertx(),
            fixture.database,
            List.of(fixture.saga()),
            RunnerConfig.of("settler-" + deployment.id(), 1),
            CrashPoints.NONE);
    runner.start().await();
    runner.ring();
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        // its saga ends a moment after its row, and holds its application's turn until then
        .until(() -> fixture.status(deployment).ended() && hasEnded(fixture, deployment));
    runner.stop().await();
  }

  private static boolean hasEnded(Fixture fixture, Deployment deployment) {
    return fixture
            .database
            .one(
                "select 1 from sagas where id = $1 and state in ('waiting', 'running', 'undoing')",
                row -> true,
                Fixture.sagaId(deployment.id()))
            .await()
        == null;
  }

  @Override
  public Saga saga() {
    return fixture.saga();
  }

  @Override
  public String sagaId() {
    return Fixture.sagaId(deployment.id());
  }

  @Override
  public void mustBeDone() {
    Release release = fixture.release(deployment);
    assertThat(fixture.status(deployment)).isEqualTo(DeploymentStatus.SUCCESS);
    assertThat(release.state()).isEqualTo(ReleaseState.SERVING);
    assertThat(fixture.now(application).currentReleaseId()).isEqualTo(release.id());
    assertThat(fixture.answer(application.id())).isEqualTo("new");
    Release before = fixture.stores.releases().get(old.id()).await();
    boolean recreated = release.spec().config().recreates();
    assertThat(before.state()).isEqualTo(recreated ? ReleaseState.COLD : ReleaseState.WARM);
    String name = fixture.launcher.find(release).orElseThrow().name();
    String oldName = fixture.launcher.find(old).orElseThrow().name();
    assertThat(services()).isEqualTo(Map.of(name, 1, oldName, recreated ? 0 : 1));
  }

  @Override
  public void mustBeUndone() {
    assertThat(fixture.status(deployment)).isEqualTo(DeploymentStatus.FAILED);
    assertThat(fixture.now(application).currentReleaseId()).isEqualTo(old.id());
    assertThat(fixture.route(application.id()).state()).isEqualTo(RouteState.SERVING);
    assertThat(fixture.answer(application.id())).isEqualTo("old");
    assertThat(services()).isEqualTo(servicesBefore);
    assertThat(fixture.release(deployment).state())
        .isIn(ReleaseState.REMOVED, ReleaseState.WARM, ReleaseState.COLD);
  }

  private Map<String, Integer> services() {
    return fixture.engine.services(Labels.of(fixture.installation, application.id())).stream()
        .collect(Collectors.toMap(ServiceInfo::name, ServiceInfo::replicas));
  }
}
