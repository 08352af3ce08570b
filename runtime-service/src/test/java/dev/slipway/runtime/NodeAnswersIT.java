package dev.slipway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Exec;
import dev.slipway.contracts.node.NodeContract.Executed;
import dev.slipway.contracts.node.NodeContract.Reach;
import dev.slipway.contracts.node.NodeContract.Task;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.runtime.Fixture.Shape;
import dev.slipway.runtime.node.HostParts;
import dev.slipway.runtime.node.NodeAnswers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the runtime answers for its host, from this machine's engine. */
@Tag("docker")
class NodeAnswersIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static JavaDockerEngine engine;
  private static RuntimeStand stand;
  private static Bus bus;
  private static NodeId node;
  private static Application shop;

  @BeforeAll
  static void stand() {
    engine =
        JavaDockerEngine.at(
            System.getenv().getOrDefault("SLIPWAY_DOCKER_HOST", JavaDockerEngine.DEFAULT_HOST));
    stand = new RuntimeStand(POSTGRES.database(), engine);
    bus = stand.fixture.bus;
    node = new NodeId(String.valueOf(engine.info().nodeId()));
    Shape busy = RuntimeStand.running(busy());
    shop = stand.fixture.application(busy);
    assertThat(stand.deploy(shop, busy).status()).isEqualTo(DeploymentStatus.SUCCESS);
  }

  /** Serves, and keeps a processor busy besides. */
  private static String busy() {
    return "(while :; do :; done) & " + RuntimeStand.serves("hello");
  }

  @AfterAll
  static void leave() {
    stand.close();
    engine.close();
  }

  private static Task task() {
    return bus.ask(NodeContract.TASKS, new NodeContract.TasksOf(shop.id()))
        .await()
        .tasks()
        .getFirst();
  }

  private static Executed exec(int seconds, String... command) {
    return bus.ask(
            NodeContract.EXEC.at(node.value()),
            new Exec(shop.id(), String.valueOf(task().containerId()), List.of(command), seconds))
        .await();
  }

  @Test
  void theManagerKnowsWhereTheReplicaIs() {
    assertThat(task().nodeId()).isEqualTo(node);
    assertThat(task().state()).isEqualTo("running");
    assertThat(task().addresses()).isNotEmpty();
  }

  @Test
  void whatAReplicaUsesIsMeasured() {
    var usages =
        bus.ask(NodeContract.STATS.at(node.value()), new NodeContract.StatsOf(shop.id()))
            .await()
            .usages();

    assertThat(usages)
        .singleElement()
        .satisfies(usage -> {
          assertThat(usage.containerId()).isEqualTo(task().containerId());
          assertThat(usage.cpus()).isPositive();
          assertThat(usage.memoryBytes()).isPositive().isLessThan(usage.memoryLimitBytes());
          assertThat(usage.processes()).isGreaterThan(1);
        });
  }

  @Test
  void aCommandRunsInTheReplica() {
    assertThat(exec(10, "cat", "/www/index.html").output()).isEqualTo("hello\n");
    Executed failed = exec(10, "sh", "-c", "echo out; echo err >&2; exit 7");
    assertThat(failed.exitCode()).isEqualTo(7);
    assertThat(failed.output()).contains("out").contains("err");
  }

  @Test
  void aCommandThatDoesNotEndIsLeftWithWhatItPrinted() {
    Executed late = exec(1, "sh", "-c", "echo begun; exec sleep 20");
    assertThat(late.exitCode()).isNull();
    assertThat(late.output()).isEqualTo("begun\n");
  }

  @Test
  void muchOutputIsCutAndCounted() {
    Executed much = exec(20, "sh", "-c", "yes 0123456789 | head -c 200000");
    assertThat(much.output()).hasSize(NodeContract.MOST_OUTPUT);
    assertThat(much.dropped()).isEqualTo(200_000 - NodeContract.MOST_OUTPUT);
  }

  @Test
  void aProgramThatIsNotThereIsTold() {
    assertThat(exec(5, "no-such-program").exitCode()).isNotZero();
  }

  @Test
  void aRegistryThatTheEngineCannotReachIsTold() {
    HostParts host =
        new HostParts(
            "runtime-2",
            stand.fixture.installation,
            stand.fixture.stores,
            engine,
            "127.0.0.1:1",
            null,
            "published");
    NodeId elsewhere = new NodeId("elsewhere");
    new NodeAnswers(POSTGRES.vertx(), bus, elsewhere, host).start().await();
    Reach registry =
        bus.ask(NodeContract.REACHES.at("elsewhere"), new NodeContract.Reaches(List.of()))
            .await()
            .registry();
    assertThat(registry).isNotNull().extracting(Reach::problem).asString().contains("refused");
  }

  @Test
  void aContainerThatIsNotThereIsNotFound() {
    assertThatThrownBy(() ->
            bus.ask(
                    NodeContract.EXEC.at(node.value()),
                    new Exec(shop.id(), "nothing", List.of("ls"), 5))
                .await())
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(404));
  }
}
