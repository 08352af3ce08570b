package dev.slipway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.runtime.Fixture.Shape;
import dev.slipway.runtime.UnreliableSocket.Manner;
import dev.slipway.runtime.service.Labels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** T9: the real engine behind a socket that hangs, refuses, crawls, or dies and comes back. */
@Tag("docker")
class EngineTroubleIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir static Path sockets;
  private static UnreliableSocket socket;
  private static JavaDockerEngine troubled;
  private static JavaDockerEngine direct;
  private static RuntimeStand stand;
  private static Fixture fixture;

  @BeforeAll
  static void stand() throws Exception {
    socket = new UnreliableSocket(sockets.resolve("docker.sock"), Path.of("/var/run/docker.sock"));
    troubled = JavaDockerEngine.at(socket.host());
    direct = JavaDockerEngine.at(JavaDockerEngine.DEFAULT_HOST);
    stand = new RuntimeStand(POSTGRES.database(), troubled);
    fixture = stand.fixture;
  }

  @AfterAll
  static void leave() throws Exception {
    socket.become(Manner.WELL);
    stand.close();
    troubled.close();
    direct.close();
    socket.close();
  }

  private static Shape serves(String text) {
    return RuntimeStand.running(RuntimeStand.serves(text));
  }

  @Test
  void aDaemonThatDiesInTheMiddleOfADeploymentAndComesBackCostsTimeOnly() {
    troubleMidway(Manner.REFUSING, Duration.ofSeconds(2));
  }

  @Test
  void aDaemonThatHangsInTheMiddleOfADeploymentAndIsRestartedCostsTimeOnly() {
    troubleMidway(Manner.HANGING, Duration.ofSeconds(3));
  }

  private static void troubleMidway(Manner manner, Duration howLong) {
    Application shop = fixture.application(serves("before"));
    stand.runtime.success(fixture.deploy(shop, serves("before"), RuntimeStand.IMAGE));
    Deployment deployment = fixture.deploy(shop, serves("after"), RuntimeStand.IMAGE);
    stand.runtime.ring(deployment);
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> fixture.status(deployment) == DeploymentStatus.DEPLOYING);
    long began = System.nanoTime();
    socket.become(manner);
    if (manner == Manner.REFUSING) {
      socket.cut();
    }
    await().pollDelay(howLong).until(() -> true);
    socket.become(Manner.WELL);
    socket.cut(); // a daemon that starts anew knows nobody
    await().atMost(LIMIT).until(() -> fixture.status(deployment).ended());
    long ms = (System.nanoTime() - began) / 1_000_000;
    String expected = fixture.status(deployment) == DeploymentStatus.SUCCESS ? "after" : "before";
    await().atMost(LIMIT).until(() -> fixture.answer(shop.id()).equals(expected));
    List<String> left =
        direct.services(Labels.of(fixture.installation, shop.id())).stream()
            .map(service -> service.name())
            .toList();
    assertThat(left).hasSize(expected.equals("after") ? 2 : 1);
    System.out.printf(
        "PROMISE T9: engine %s for %d ms in the middle of a deployment: ended %s after %d ms, 0"
            + " orphans%n",
        manner, howLong.toMillis(), fixture.status(deployment).wire(), ms);
  }

  @Test
  void aSlowEngineMakesDeploymentsSlowAndNothingElse() {
    socket.become(Manner.CRAWLING);
    Application shop = fixture.application(serves("slowly"));
    stand.runtime.success(fixture.deploy(shop, serves("slowly"), RuntimeStand.IMAGE));
    socket.become(Manner.WELL);
    assertThat(fixture.answer(shop.id())).isEqualTo("slowly");
  }

  @Test
  void whatHappensWhileTheEngineIsAwayIsFoundWhenItIsBack() {
    Application shop = fixture.application(serves("alive"));
    stand.runtime.success(fixture.deploy(shop, serves("alive"), RuntimeStand.IMAGE));
    socket.become(Manner.REFUSING);
    socket.cut();
    var service = direct.services(Labels.of(fixture.installation, shop.id())).getFirst();
    direct.removeService(service.id());
    socket.become(Manner.WELL);
    await().atMost(LIMIT).until(() -> direct.service(service.name()).isPresent());
    await().atMost(LIMIT).until(() -> fixture.answer(shop.id()).equals("alive"));
  }
}
