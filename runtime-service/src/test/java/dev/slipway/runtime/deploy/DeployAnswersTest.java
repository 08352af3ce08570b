package dev.slipway.runtime.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.OutputKind;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.docker.memory.MemoryImage.ExecAnswer;
import dev.slipway.docker.memory.MemoryImage.Line;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.runtime.Fixture;
import dev.slipway.runtime.Fixture.Shape;
import dev.slipway.runtime.RuntimeConfig;
import dev.slipway.runtime.TestRuntime;
import dev.slipway.runtime.keep.KeepConfig;
import dev.slipway.runtime.service.Labels;
import dev.slipway.runtime.service.TaskAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whatever goes wrong has a code, a remedy and the last words of what failed; what served goes on.
 */
class DeployAnswersTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String INSTALLATION = "dddddddddddd";
  private static final int PORT = Fixture.PORT;
  private static final MemoryEngine ENGINE = new MemoryEngine();
  private static Fixture fixture;
  private static TestRuntime runtime;

  @BeforeAll
  static void stand() {
    ENGINE.hold("shop:good", MemoryImage.web(PORT, "good"));
    ENGINE.hold("shop:500", MemoryImage.unhealthy(PORT));
    ENGINE.hold("shop:exits", MemoryImage.exits(3, "no database", "giving up"));
    ENGINE.hold("shop:slow", MemoryImage.slow(PORT, "slow", Duration.ofMillis(800)));
    String table = "  0: 00000000:2382 00000000:0000 0A 00000000:00000000 00:00000000";
    ENGINE.hold(
        "shop:silent",
        MemoryImage.silent()
            .withExec(command -> new ExecAnswer(0, List.of(new Line(OutputKind.STDOUT, table)))));
    fixture = new Fixture(POSTGRES.database(), ENGINE, INSTALLATION);
    runtime =
        TestRuntime.start(
            fixture,
            new RuntimeConfig(
                "answers",
                INSTALLATION,
                "example.test",
                TaskAddress.BRIDGE,
                null,
                4,
                KeepConfig.DEFAULTS),
            CrashPoints.NONE);
  }

  @AfterAll
  static void leave() {
    runtime.stop();
    fixture.close();
  }

  private static final Shape QUICK = Shape.web(PORT).with(new HealthCheck("/up", 1, 1, 3, 1));

  private static Application serving() {
    Application shop = fixture.application(QUICK);
    runtime.success(fixture.deploy(shop, QUICK, "shop:good"));
    return shop;
  }

  private static Failure failure(Application shop, Shape shape, String image) {
    return failure(shop, runtime.ended(fixture.deploy(shop, shape, image)));
  }

  private static Failure failure(Application shop, Deployment deployment) {
    assertThat(deployment.status()).isEqualTo(DeploymentStatus.FAILED);
    assertThat(fixture.answer(shop.id())).isEqualTo("good");
    assertThat(ENGINE.services(Labels.of(INSTALLATION, shop.id()))).hasSize(1);
    Failure failure = deployment.failure();
    if (failure == null) {
      throw new AssertionError("It failed without a reason");
    }
    assertThat(failure.remedy()).isNotBlank();
    return failure;
  }

  @Test
  void anAnswerOf500IsNamed() {
    // long enough for the answer to come, whoever else computes
    Failure failure =
        failure(serving(), QUICK.with(new HealthCheck("/up", 1, 1, 3, 5)), "shop:500");
    assertThat(failure.step()).isEqualTo("await-healthy");
    assertThat(failure.code()).isEqualTo("health_check_failed");
    assertThat(failure.detail()).contains("GET /up answered 500");
  }

  @Test
  void anExitIsToldWithItsCodeAndItsLastLines() {
    Failure failure =
        failure(serving(), QUICK.with(new HealthCheck(null, 1, 1, 3, 20)), "shop:exits");
    assertThat(failure.code()).isEqualTo("container_exited");
    assertThat(failure.detail()).contains("3 times").contains("code 3");
    assertThat(failure.logTail()).containsExactly("no database", "giving up");
  }

  @Test
  void aPortThatNeverOpensIsToldWithTheOneThatDid() {
    Failure failure =
        failure(serving(), QUICK.with(new HealthCheck(null, 1, 1, 3, 1)), "shop:silent");
    assertThat(failure.code()).isEqualTo("port_not_open");
    assertThat(failure.detail()).contains("port " + PORT).contains("port 9090");
  }

  @Test
  void aRollbackToACollectedImageIsRefusedBeforeAnythingIsTouched() {
    Application shop = fixture.application(QUICK);
    ENGINE.hold("shop:lost", MemoryImage.web(PORT, "lost"));
    Deployment first = runtime.success(fixture.deploy(shop, QUICK, "shop:lost"));
    Release lost = fixture.release(first);
    runtime.success(fixture.deploy(shop, QUICK, "shop:good"));
    ENGINE.removeService(fixture.launcher.find(lost).orElseThrow().name());
    await().until(() -> fixture.replicas.running(lost.id()).isEmpty());
    ENGINE.removeImage("shop:lost");
    int made = ENGINE.calls("createService");

    Failure failure = failure(shop, runtime.ended(fixture.deploy(shop, lost.id())));

    assertThat(failure.step()).isEqualTo("reserve");
    assertThat(failure.code()).isEqualTo("image_gone");
    assertThat(ENGINE.calls("createService")).isEqualTo(made);
    assertThat(fixture.release(first).state()).isNotEqualTo(ReleaseState.REMOVED);
  }

  @Test
  void anEngineThatIsAwayForAMomentIsWaitedFor() {
    Application shop = serving();
    ENGINE.failNext("createService", new DockerProblem.EngineDown("gone", null));
    ENGINE.failNext("createService", new DockerProblem.EngineDown("gone", null));
    runtime.success(fixture.deploy(shop, QUICK, "shop:good"));
  }

  @Test
  void whatTheEngineRefusesIsToldInItsWords() {
    Application shop = serving();
    ENGINE.failNext("createService", new DockerProblem.Refused("invalid mount target"));
    Failure failure = failure(shop, QUICK, "shop:good");
    assertThat(failure.code()).isEqualTo("engine_refused");
    assertThat(failure.detail()).contains("invalid mount target");
  }

  @Test
  void aCancelledDeploymentLeavesNothingBehind() {
    Application shop = serving();
    Shape patient = QUICK.with(new HealthCheck("/up", 1, 1, 3, 60));
    Deployment deployment = fixture.deploy(shop, patient, "shop:500");
    runtime.ring(deployment);
    await().until(() -> fixture.launcher.find(fixture.release(deployment)).isPresent());
    fixture.stores.deployments().cancel(deployment.id(), "requested").await();
    Deployment ended = runtime.ended(deployment);
    assertThat(ended.status()).isEqualTo(DeploymentStatus.CANCELLED);
    assertThat(fixture.answer(shop.id())).isEqualTo("good");
    assertThat(ENGINE.services(Labels.of(INSTALLATION, shop.id()))).hasSize(1);
  }

  @Test
  void aSlowStartIsToldAndShownInTheDeploymentsLog() {
    Application shop = serving();
    Deployment deployment =
        runtime.success(
            fixture.deploy(shop, QUICK.with(new HealthCheck("/", 1, 1, 3, 10)), "shop:slow"));
    assertThat(fixture.log(deployment)).contains("Not healthy yet").contains("Healthy.");
  }

  @Test
  void successWaitsForTheIngressToConfirm() {
    Application shop = serving();
    fixture.stores.routes().report("lagging", 0, Map.of()).await();
    Deployment deployment = fixture.deploy(shop, QUICK, "shop:good");
    runtime.ring(deployment);
    await().until(() -> fixture.release(deployment).state() == ReleaseState.SERVING);
    assertThat(fixture.status(deployment)).isEqualTo(DeploymentStatus.DEPLOYING);
    long version = fixture.stores.routes().version().await();
    fixture.stores.routes().report("lagging", version, Map.of()).await();
    fixture.stores.routes().tellApplied().await();
    await()
        .atMost(Duration.ofSeconds(1))
        .until(() -> fixture.status(deployment) == DeploymentStatus.SUCCESS);
    fixture.stores.routes().leave("lagging").await();
  }

  @Test
  void aRestartBringsFreshReplicasOfTheSameRelease() {
    Application shop = serving();
    Release release = fixture.stores.releases().get(current(shop)).await();
    List<String> before = fixture.replicas.running(release.id());
    runtime.success(fixture.deploy(shop, release.id()));
    assertThat(fixture.replicas.running(release.id()))
        .hasSize(1)
        .doesNotContainAnyElementsOf(before);
    assertThat(fixture.answer(shop.id())).isEqualTo("good");
    assertThat(fixture.stores.releases().get(release.id()).await().state())
        .isEqualTo(ReleaseState.SERVING);
  }

  private static dev.slipway.contracts.deployment.ReleaseId current(Application shop) {
    var current = fixture.now(shop).currentReleaseId();
    if (current == null) {
      throw new AssertionError("It does not serve");
    }
    return current;
  }
}
