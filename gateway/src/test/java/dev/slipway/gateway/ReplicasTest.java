package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Container;
import dev.slipway.contracts.node.NodeContract.Exec;
import dev.slipway.contracts.node.NodeContract.Executed;
import dev.slipway.contracts.node.NodeContract.Task;
import dev.slipway.contracts.node.NodeContract.Usage;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.contracts.route.RouteState;
import dev.slipway.contracts.route.Target;
import dev.slipway.store.RouteStore;
import dev.slipway.store.Samples;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReplicasTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final List<Exec> RUN = new CopyOnWriteArrayList<>();
  private static volatile List<Task> tasks = List.of();

  private Application shop;
  private Release release;
  private String path = "";

  /** Two hosts: one whose process answers, and one whose process is gone. */
  @BeforeAll
  static void theSwarm() {
    var bus = GATEWAY.bus();
    bus.answer(NodeContract.TASKS, asked -> Future.succeededFuture(new NodeContract.Tasks(tasks)))
        .await();
    bus.answer(
            NodeContract.CONTAINERS.at("n1"),
            asked ->
                Future.succeededFuture(
                    new NodeContract.Containers(
                        List.of(
                            new Container(
                                "c1",
                                tasks.getFirst().releaseId(),
                                "running",
                                "none",
                                0,
                                false,
                                "172.18.0.9",
                                Instant.EPOCH,
                                null)))))
        .await();
    bus.answer(
            NodeContract.STATS.at("n1"),
            asked ->
                Future.succeededFuture(
                    new NodeContract.Stats(List.of(new Usage("c1", 0.255, 10, 20, 30, 40, 5)))))
        .await();
    bus.answer(NodeContract.EXEC.at("n1"), ReplicasTest::exec).await();
  }

  private static Future<Executed> exec(Exec asked) {
    RUN.add(asked);
    return asked.command().getFirst().equals("late")
        ? Future.succeededFuture(new Executed(null, "so far", 0))
        : Future.succeededFuture(new Executed(7, "said", 12));
  }

  @BeforeEach
  void aShopOnTwoHosts() {
    shop = Samples.application(GATEWAY.database());
    release = Samples.serving(GATEWAY.database(), shop, "v1");
    path = "/api/applications/" + shop.id();
    tasks = List.of(task("t1", 1, "n1", "c1"), task("t2", 2, "n2", "c2"));
    GATEWAY
        .database()
        .transaction(tx ->
            RouteStore.put(
                tx,
                shop.id(),
                release.id(),
                RouteState.SERVING,
                List.of(shop.name() + ".example.org"),
                List.of(new Target("172.18.0.9", 8080))))
        .await();
    RUN.clear();
  }

  private Task task(String id, int slot, @Nullable String node, @Nullable String container) {
    return new Task(
        id,
        release.id(),
        slot,
        container == null ? "pending" : "running",
        node == null ? null : new NodeId(node),
        container,
        null,
        List.of("10.0.1." + slot),
        List.of(),
        Instant.EPOCH);
  }

  @Test
  void aHostThatDoesNotAnswerLeavesAGapAndNothingElse() {
    JsonArray found = GATEWAY.admin().get(path + "/replicas").expect(200).items();

    JsonObject first = found.getJsonObject(0);
    assertThat(first.getString("health")).isEqualTo("healthy");
    assertThat(first.getBoolean("serving")).isTrue();
    assertThat(first.getString("address")).isEqualTo("172.18.0.9:8080");
    assertThat(first.getInteger("releaseNumber")).isEqualTo(release.number());
    assertThat(first.getJsonObject("stats").getDouble("cpuPercent")).isEqualTo(25.5);
    JsonObject second = found.getJsonObject(1);
    assertThat(second.getString("health")).isEqualTo("unknown");
    assertThat(second.getJsonObject("stats")).isNull();
    assertThat(second.getString("address")).isEqualTo("10.0.1.2");
    assertThat(second.getString("note")).contains("does not answer");
  }

  @Test
  void aReplicaWithoutAPlaceSaysWhy() {
    Task waits =
        new Task(
            "t3",
            release.id(),
            1,
            "pending",
            null,
            null,
            "no suitable node",
            List.of(),
            List.of(),
            Instant.EPOCH);
    tasks = List.of(waits);

    JsonObject shown =
        GATEWAY.admin().get(path + "/replicas?stats=false").expect(200).items().getJsonObject(0);
    assertThat(shown.getString("nodeId")).isNull();
    assertThat(shown.getString("health")).isEqualTo("starting");
    assertThat(shown.getString("note")).isEqualTo("no suitable node");
  }

  @Test
  void aCommandRunsInTheFirstReplicaOrTheOneNamed() {
    JsonObject asked = new JsonObject().put("command", List.of("ls", "-l"));
    JsonObject done = GATEWAY.admin().post(path + "/exec", asked).expect(200).json();

    assertThat(done.getInteger("exitCode")).isEqualTo(7);
    assertThat(done.getString("output")).isEqualTo("said");
    assertThat(done.getLong("dropped")).isEqualTo(12);
    assertThat(done.getString("replica")).isEqualTo("t1");
    assertThat(done.getString("nodeId")).isEqualTo("n1");
    assertThat(RUN).singleElement().isEqualTo(new Exec(shop.id(), "c1", List.of("ls", "-l"), 30));
    GATEWAY.admin().post(path + "/exec", asked.copy().put("replica", "1")).expect(200);
    GATEWAY.admin().post(path + "/exec", asked.copy().put("replica", "t1")).expect(200);
    assertThat(
            GATEWAY
                .admin()
                .post(path + "/exec", asked.copy().put("replica", "9"))
                .expect(409)
                .string("code"))
        .isEqualTo("no_such_replica");
  }

  @Test
  void aCommandOnASilentHostIsUnavailable() {
    JsonObject asked =
        new JsonObject().put("command", List.of("ls")).put("replica", "2").put("timeoutSeconds", 1);
    GATEWAY.admin().post(path + "/exec", asked).expect(503);
  }

  @Test
  void aCommandThatHasNotEndedHasNoCode() {
    JsonObject asked = new JsonObject().put("command", List.of("late"));
    JsonObject done = GATEWAY.admin().post(path + "/exec", asked).expect(200).json();
    assertThat(done.getInteger("exitCode")).isNull();
    assertThat(done.getString("output")).isEqualTo("so far");
  }

  @Test
  void onlyAnAdminRunsCommandsAndItIsNotedWithoutTheirArguments() {
    JsonObject asked = new JsonObject().put("command", List.of("login", "--password", "hunter2"));
    GATEWAY.client("write", "deploy").post(path + "/exec", asked).expect(403);
    GATEWAY.admin().post(path + "/exec", asked).expect(200);

    var row =
        GATEWAY
            .database()
            .one(
                "select actor, details::text from audit where action = 'application.exec'"
                    + " and subject = $1",
                shop.id().value())
            .await();
    assertThat(row).isNotNull();
    assertThat(row.getString("actor")).isEqualTo("test");
    assertThat(row.getString("details")).contains("login").contains("t1").doesNotContain("hunter2");
  }

  @Test
  void commandsAreBounded() {
    assertThat(
            GATEWAY
                .admin()
                .post(path + "/exec", new JsonObject().put("command", List.of()))
                .expect(422)
                .fields())
        .containsExactly("command");
    JsonObject asked = new JsonObject().put("command", List.of("ls")).put("timeoutSeconds", 61);
    assertThat(GATEWAY.admin().post(path + "/exec", asked).expect(422).fields())
        .containsExactly("timeoutSeconds");
    GATEWAY.admin().get("/api/applications/app_nobody/replicas").expect(404);
  }

  @Test
  void whatTheHostRefusesIsToldAsItIs() {
    Task other = task("t4", 1, "n3", "c4");
    tasks = List.of(other);
    GATEWAY
        .bus()
        .answer(
            NodeContract.EXEC.at("n3"),
            asked ->
                Future.failedFuture(
                    Problem.conflict("replica_not_running", "It does not run.", "Look again.")))
        .await();
    JsonObject asked = new JsonObject().put("command", List.of("ls"));
    assertThat(GATEWAY.admin().post(path + "/exec", asked).expect(409).string("code"))
        .isEqualTo("replica_not_running");
  }
}
