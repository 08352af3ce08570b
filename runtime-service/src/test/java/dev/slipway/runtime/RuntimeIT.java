package dev.slipway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationStatus;
import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.contracts.route.RouteState;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.runtime.Fixture.Shape;
import dev.slipway.runtime.service.Labels;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole runtime on this machine's engine: SLIPWAY_DOCKER_HOST or the usual socket. */
@Tag("docker")
class RuntimeIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Logger LOG = LoggerFactory.getLogger(RuntimeIT.class);
  private static final int PORT = RuntimeStand.PORT;

  private static JavaDockerEngine engine;
  private static RuntimeStand stand;
  private static Fixture fixture;

  @BeforeAll
  static void stand() {
    engine =
        JavaDockerEngine.at(
            System.getenv().getOrDefault("SLIPWAY_DOCKER_HOST", JavaDockerEngine.DEFAULT_HOST));
    stand = new RuntimeStand(POSTGRES.database(), engine);
    fixture = stand.fixture;
  }

  @AfterAll
  static void leave() {
    stand.close();
    engine.close();
  }

  private static Shape serves(String text) {
    return RuntimeStand.running(RuntimeStand.serves(text));
  }

  private static Deployment success(Deployment deployment) {
    assertThat(deployment.status())
        .as(() -> deployment.failure() + "\n" + fixture.log(deployment))
        .isEqualTo(DeploymentStatus.SUCCESS);
    LOG.info("{} {}: {}", deployment.trigger(), deployment.number(), stand.times(deployment));
    return deployment;
  }

  @Test
  void deploysTwiceAndGoesBackAtOnce() {
    Application shop = fixture.application(serves("one"));
    Deployment first = success(stand.deploy(shop, serves("one")));
    assertThat(fixture.answer(shop.id())).isEqualTo("one");
    success(stand.deploy(shop, serves("two")));
    assertThat(fixture.answer(shop.id())).isEqualTo("two");
    assertThat(fixture.release(first).state()).isEqualTo(ReleaseState.WARM);

    long asked = System.nanoTime();
    Deployment back = success(stand.deploy(shop, fixture.release(first).id()));
    LOG.info("Warm rollback took {} ms", (System.nanoTime() - asked) / 1_000_000);
    assertThat(fixture.answer(shop.id())).isEqualTo("one");
    assertThat(fixture.release(back).number()).isEqualTo(1);
    assertThat(fixture.log(shop))
        .contains("serving one")
        .contains("serving two")
        .contains("\"r2\"");
  }

  @Test
  void failingHealthKeepsTheOldRelease() {
    Application shop = fixture.application(serves("good"));
    success(stand.deploy(shop, serves("good")));
    Shape ill = serves("bad").with(new HealthCheck("/missing", 1, 2, 3, 8));

    Deployment failed = stand.deploy(shop, ill);

    assertThat(failed.status()).isEqualTo(DeploymentStatus.FAILED);
    assertThat(code(failed)).isEqualTo("health_check_failed");
    assertThat(failure(failed).detail()).contains("GET /missing answered 404");
    assertThat(failure(failed).logTail()).contains("serving bad");
    assertThat(fixture.answer(shop.id())).isEqualTo("good");
    assertThat(engine.services(Labels.of(fixture.installation, shop.id()))).hasSize(1);
  }

  @Test
  void anImageThatExitsAtOnceFailsWithItsLastWords() {
    Shape exits = Shape.web(PORT).command("echo no database to be found; exit 3");
    Application shop = fixture.application(exits);

    Deployment failed = stand.deploy(shop, exits);

    assertThat(code(failed)).isEqualTo("container_exited");
    assertThat(failure(failed).detail()).contains("code 3");
    assertThat(failure(failed).logTail()).contains("no database to be found");
    assertThat(fixture.log(failed)).contains("no database to be found");
    assertThat(engine.services(Labels.of(fixture.installation, shop.id()))).isEmpty();
    LOG.info("Exits at once: {}", failure(failed));
  }

  @Test
  void aPortThatNeverOpensIsNamedWithTheOneThatDid() {
    Shape other =
        Shape.web(PORT)
            .command("mkdir -p /www; exec httpd -f -p 9090 -h /www")
            .with(new HealthCheck(null, 1, 2, 3, 6));
    Application shop = fixture.application(other);

    Deployment failed = stand.deploy(shop, other);

    assertThat(code(failed)).isEqualTo("port_not_open");
    assertThat(failure(failed).detail()).contains("port 8080").contains("port 9090");
    assertThat(failure(failed).remedy()).contains("9090");
  }

  @Test
  void aVolumeIsHandedFromOneReleaseToTheNext() {
    String keeps =
        "mkdir -p /data/www; echo '%s' >> /data/www/index.html; exec httpd -f -p $PORT -h /data/www";
    Shape one = RuntimeStand.running(keeps.formatted("one")).volume("data", "/data");
    Application shop = fixture.application(one);
    Deployment first = success(stand.deploy(shop, one));

    success(
        stand.deploy(shop, RuntimeStand.running(keeps.formatted("two")).volume("data", "/data")));
    assertThat(fixture.answer(shop.id())).isEqualTo("one\ntwo");
    assertThat(fixture.release(first).state()).isEqualTo(ReleaseState.COLD);

    Deployment failed =
        stand.deploy(shop, Shape.web(PORT).volume("data", "/data").command("exit 1"));
    assertThat(failed.status()).isEqualTo(DeploymentStatus.FAILED);
    assertThat(fixture.answer(shop.id())).startsWith("one\ntwo");
    assertThat(fixture.route(shop.id()).state()).isEqualTo(RouteState.SERVING);
  }

  @Test
  void stopsStartsScalesAndRestarts() {
    Application shop = fixture.application(serves("on"));
    Deployment first = success(stand.deploy(shop, serves("on")));

    fixture.stores.applications().setStopped(shop.id(), true).await();
    awaitStatus(shop, ApplicationStatus.STOPPED);
    await().until(() -> fixture.route(shop.id()).state() == RouteState.STOPPED);
    await().until(() -> running(shop) == 0);

    fixture.stores.applications().setStopped(shop.id(), false).await();
    awaitStatus(shop, ApplicationStatus.RUNNING);
    await().until(() -> fixture.answer(shop.id()).equals("on"));

    fixture
        .stores
        .applications()
        .update(shop.id(), serves("on").replicas(3).config(), null)
        .await();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> fixture.route(shop.id()).targets().size() == 3);

    success(stand.deploy(shop, fixture.release(first).id()));
    assertThat(fixture.route(shop.id()).targets()).hasSize(3);
    assertThat(fixture.answer(shop.id())).isEqualTo("on");
  }

  @Test
  void aKilledReplicaIsRoutedAroundAndComesBack() {
    Shape two = serves("alive").replicas(2);
    Application shop = fixture.application(two);
    success(stand.deploy(shop, two));
    assertThat(fixture.route(shop.id()).targets()).hasSize(2);

    List<String> replicas = containers(shop);
    long killed = System.nanoTime();
    engine.removeContainer(replicas.getFirst());
    await()
        .pollInterval(Duration.ofMillis(2))
        .until(() -> fixture.route(shop.id()).targets().size() == 1);
    LOG.info("Routed around it after {} ms", (System.nanoTime() - killed) / 1_000_000);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> fixture.route(shop.id()).targets().size() == 2);
    LOG.info("Whole again after {} ms", (System.nanoTime() - killed) / 1_000_000);
  }

  @Test
  void aReplicaThatHangsIsRestarted() {
    String hangs =
        "mkdir -p /www; echo ok > /www/index.html; httpd -p $PORT -h /www; sleep 3; [ -e /www/no ] || killall httpd; exec sleep 600";
    Shape shape = RuntimeStand.running(hangs);
    Application shop = fixture.application(shape);
    success(stand.deploy(shop, shape));
    List<String> before = containers(shop);
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> !containers(shop).isEmpty() && !containers(shop).equals(before));
    await().until(() -> fixture.log(shop).contains("health checks in a row"));
  }

  @Test
  void aWarmReleaseCoolsDownAndComesBackCold() {
    Shape quick = serves("first").keepWarm(1);
    Application shop = fixture.application(quick);
    Deployment first = success(stand.deploy(shop, quick));
    success(stand.deploy(shop, serves("second").keepWarm(1)));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> fixture.release(first).state() == ReleaseState.COLD);
    await().atMost(Duration.ofSeconds(20)).until(() -> running(shop) == 1);

    success(stand.deploy(shop, fixture.release(first).id()));
    assertThat(fixture.answer(shop.id())).isEqualTo("first");
  }

  @Test
  void aReleaseThatIsJustBeingStoppedDoesNotPassForOneThatRuns() {
    Application shop = fixture.application(serves("first").keepWarm(0));
    Deployment first = success(stand.deploy(shop, serves("first")));
    success(stand.deploy(shop, serves("second")));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> fixture.release(first).state() == ReleaseState.COLD);

    success(stand.deploy(shop, fixture.release(first).id()));

    await()
        .during(Duration.ofSeconds(5))
        .atMost(Duration.ofSeconds(8))
        .until(() -> fixture.answer(shop.id()).equals("first"));
  }

  @Test
  void aDeletedApplicationLeavesNothing() {
    Shape shape = serves("gone").volume("data", "/data");
    Application shop = fixture.application(shape);
    success(stand.deploy(shop, shape));
    fixture.stores.applications().markDeleting(shop.id()).await();
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> fixture.stores.applications().deleting().await().isEmpty());
    assertThat(engine.services(Labels.of(fixture.installation, shop.id()))).isEmpty();
    assertThat(engine.volumes(Labels.of(fixture.installation, shop.id()))).isEmpty();
  }

  private static Failure failure(Deployment deployment) {
    Failure failure = deployment.failure();
    if (failure == null) {
      throw new AssertionError("It did not fail: " + deployment.status());
    }
    return failure;
  }

  private static String code(Deployment deployment) {
    return failure(deployment).code();
  }

  private static void awaitStatus(Application application, ApplicationStatus status) {
    await().atMost(Duration.ofSeconds(30)).until(() -> fixture.now(application).status() == status);
  }

  private static List<String> containers(Application application) {
    return engine.containers(Labels.of(fixture.installation, application.id())).stream()
        .filter(container -> container.state() == ContainerInfo.State.RUNNING)
        .map(container -> container.id())
        .toList();
  }

  private static int running(Application application) {
    return containers(application).size();
  }
}
