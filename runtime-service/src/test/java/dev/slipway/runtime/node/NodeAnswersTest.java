package dev.slipway.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Container;
import dev.slipway.contracts.node.NodeContract.Exec;
import dev.slipway.contracts.node.NodeContract.Executed;
import dev.slipway.contracts.node.NodeContract.Joined;
import dev.slipway.contracts.node.NodeContract.Reach;
import dev.slipway.contracts.node.NodeContract.Task;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.node.NodeRole;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.OutputKind;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.runtime.Fixture;
import dev.slipway.runtime.Fixture.Shape;
import dev.slipway.runtime.RuntimeConfig;
import dev.slipway.runtime.TestRuntime;
import dev.slipway.runtime.service.TaskAddress;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NodeAnswersTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String INSTALLATION = "dddddddddddd";
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String SECRET = "hunter2-the-secret";
  private static final MemoryEngine ENGINE = new MemoryEngine();

  /** Not the engine's own id: for that the runtime beside it answers. */
  private static final NodeId NODE = new NodeId("this-host");

  private static Fixture fixture;
  private static TestRuntime runtime;
  private static Bus bus;
  private static NodeAnswers answers;
  private static Application shop;

  @BeforeAll
  static void stand() {
    ENGINE.hold("shop:1", MemoryImage.web(Fixture.PORT, "one").withExec(NodeAnswersTest::asked));
    fixture = new Fixture(POSTGRES.database(), ENGINE, INSTALLATION);
    bus = fixture.bus;
    runtime =
        TestRuntime.start(
            fixture,
            new RuntimeConfig("test", INSTALLATION, "example.test", TaskAddress.BRIDGE, null, 4),
            CrashPoints.NONE);
    HostParts host =
        new HostParts(
            "runtime-1", INSTALLATION, fixture.stores, ENGINE, "registry:5000", null, "published");
    answers = new NodeAnswers(POSTGRES.vertx(), bus, NODE, host);
    answers.start().await();
    shop = fixture.application(Shape.web(Fixture.PORT));
    fixture
        .stores
        .environments()
        .edit(
            shop.id(),
            "ada",
            old -> List.of(new EnvironmentVariable("TOKEN", SECRET, true, Instant.now(), "ada")))
        .await();
    var release = runtime.success(fixture.deploy(shop, Shape.web(Fixture.PORT), "shop:1"));
    POSTGRES
        .database()
        .query(
            "update releases set spec = jsonb_set(spec, '{environmentVersion}', '1') where id = $1",
            fixture.release(release).id().value())
        .await();
  }

  @AfterAll
  static void leave() {
    runtime.stop();
    fixture.close();
    ENGINE.close();
  }

  private static MemoryImage.ExecAnswer asked(List<String> command) {
    return switch (command.getFirst()) {
      case "env" -> said(0, "TOKEN=" + SECRET);
      case "much" -> said(0, "x".repeat(NodeContract.MOST_OUTPUT - 3) + SECRET + "y".repeat(99));
      default -> said(3, "no such thing");
    };
  }

  private static MemoryImage.ExecAnswer said(int code, String text) {
    return new MemoryImage.ExecAnswer(code, List.of(new MemoryImage.Line(OutputKind.STDOUT, text)));
  }

  private static Container container() {
    var asked = new NodeContract.ContainersOf(shop.id());
    return bus.ask(NodeContract.CONTAINERS.at(NODE.value()), asked).await().containers().getFirst();
  }

  private static Executed exec(String container, String... command) {
    return bus.ask(
            NodeContract.EXEC.at(NODE.value()), new Exec(shop.id(), container, List.of(command), 5))
        .await();
  }

  @Test
  void theHostTellsItsContainersAndWhatTheyUse() {
    assertThat(container().state()).isEqualTo("running");
    assertThat(container().gatewayAddress()).isNotNull();
    var usages =
        bus.ask(NodeContract.STATS.at(NODE.value()), new NodeContract.StatsOf(shop.id()))
            .await()
            .usages();
    assertThat(usages)
        .singleElement()
        .satisfies(usage -> {
          assertThat(usage.containerId()).isEqualTo(container().id());
          assertThat(usage.memoryBytes()).isPositive();
        });
  }

  @Test
  void aCommandBringsItsCodeAndItsOutputHomeWithoutSecrets() {
    assertThat(exec(container().id(), "env")).isEqualTo(new Executed(0, "TOKEN=****\n", 0));
    assertThat(exec(container().id(), "false").exitCode()).isEqualTo(3);
  }

  @Test
  void aSecretCutByTheLimitIsNotShownEither() {
    Executed much = exec(container().id(), "much");
    assertThat(much.output()).doesNotContain("hunter").hasSizeLessThanOrEqualTo(65_536);
    assertThat(much.dropped()).isPositive();
  }

  @Test
  void aContainerOfSomebodyElseIsNotTouched() {
    String foreign = ENGINE.run("foreign", Map.of("some", "label"), MemoryImage.silent());
    assertThatThrownBy(() -> exec(foreign, "env"))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(404));
  }

  @Test
  void whatTheHostReachesIsToldWithTheReason() throws IOException {
    try (ServerSocket open = new ServerSocket(0)) {
      String here = "127.0.0.1:" + open.getLocalPort();
      var reached =
          bus.ask(
                  NodeContract.REACHES.at(NODE.value()),
                  new NodeContract.Reaches(List.of(here, "127.0.0.1:1", "nonsense")))
              .await();
      assertThat(reached.registry()).isEqualTo(new Reach("registry:5000", null));
      assertThat(reached.addresses()).extracting(Reach::ok).containsExactly(true, false, false);
    }
  }

  @Test
  void aManagerTellsWhereReplicasAreAndHowToJoin() {
    var tasks = bus.ask(NodeContract.TASKS, new NodeContract.TasksOf(shop.id())).await().tasks();
    assertThat(tasks)
        .singleElement()
        .satisfies(task -> {
          assertThat(task.nodeId()).isEqualTo(new NodeId(String.valueOf(ENGINE.info().nodeId())));
          assertThat(task.containerId()).isEqualTo(container().id());
        });
    assertThat(tasks).extracting(Task::state).containsExactly("running");
    Joined joined = bus.ask(NodeContract.JOIN, new NodeContract.Joining(NodeRole.WORKER)).await();
    assertThat(joined.token()).isEqualTo(ENGINE.joinTokens().worker());
    assertThat(joined.toString()).doesNotContain(joined.token());
  }

  @Test
  void nobodyInOneRuntimeTakesTheLeaseOfItsHostFromAnother() {
    await().atMost(LIMIT).until(() -> !lease("lease_until").isEmpty());
    String fence = lease("fence");
    for (int renewal = 0; renewal < 2; renewal++) {
      String until = lease("lease_until");
      await().atMost(LIMIT).until(() -> !lease("lease_until").equals(until));
    }
    assertThat(lease("fence")).isEqualTo(fence);
  }

  private static String lease(String column) {
    var row =
        POSTGRES
            .database()
            .one(
                "select " + column + "::text from leases where name = $1 and owner = 'test'",
                "node:" + ENGINE.info().nodeId())
            .await();
    return row == null ? "" : row.getString(0);
  }

  @Test
  void whoLosesTheLeaseAnswersNoMore() {
    NodeId other = new NodeId("other");
    HostParts host =
        new HostParts("r2", INSTALLATION, fixture.stores, ENGINE, null, null, "bridge");
    NodeAnswers second = new NodeAnswers(POSTGRES.vertx(), bus, other, host);
    Lease lease = new Lease(NodeAnswers.lease(other), 1);
    var ask = NodeContract.REACHES.at("other");
    second.acquired(lease);
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(
            () -> bus.ask(ask, new NodeContract.Reaches(List.of())).await().process().equals("r2"));
    second.lost(lease);
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThatThrownBy(() -> bus.ask(ask, new NodeContract.Reaches(List.of())).await())
                .isInstanceOf(Problem.class));
  }
}
