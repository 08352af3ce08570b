package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.node.Machine;
import dev.slipway.contracts.node.NodeAvailability;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Reach;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.node.NodeRole;
import dev.slipway.contracts.node.NodeState;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.LeaseKeeper;
import dev.slipway.platform.lease.Leases;
import dev.slipway.store.NodeStore;
import dev.slipway.store.NodeStore.Seen;
import dev.slipway.store.Samples;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NodesTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private NodeStore nodes;
  private Lease lease;

  @BeforeEach
  void aSwarmOfTwo() {
    nodes = new NodeStore(GATEWAY.database());
    lease =
        new Leases(GATEWAY.database(), "leader")
            .claim("reconcile", LeaseKeeper.LASTS)
            .await()
            .orElseThrow();
    GATEWAY.database().query("delete from volumes").await();
    seen(List.of());
    seen(List.of(manager(), worker("w1", NodeState.READY)));
  }

  private void seen(List<Seen> hosts) {
    nodes.seen(lease, hosts).await();
  }

  private static Seen manager() {
    return host("m1", NodeRole.MANAGER, NodeState.READY);
  }

  private static Seen worker(String id, NodeState state) {
    return host(id, NodeRole.WORKER, state);
  }

  private static Seen host(String id, NodeRole role, NodeState state) {
    return new Seen(
        new NodeId(id),
        new Machine("host-" + id, "10.0.0." + id.length(), "26.1.5", 2, 4096),
        role,
        role == NodeRole.MANAGER,
        state,
        NodeAvailability.ACTIVE,
        1);
  }

  /** A process that answers for a host. */
  private static void answersFor(String node, @Nullable Reach registry, Duration clockOff) {
    GATEWAY
        .bus()
        .answer(
            NodeContract.REACHES.at(node),
            asked ->
                Future.succeededFuture(
                    new NodeContract.Reached(
                        "runtime-" + node,
                        registry,
                        asked.addresses().stream().map(at -> new Reach(at, null)).toList(),
                        Instant.now().plus(clockOff))))
        .await();
  }

  private static JsonObject listed(String id) {
    return GATEWAY.admin().get("/api/nodes").expect(200).items().stream()
        .map(JsonObject.class::cast)
        .filter(node -> node.getString("id").equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> lacks(JsonObject node) {
    return node.getJsonArray("missing").stream()
        .map(missing -> ((JsonObject) missing).getString("code"))
        .toList();
  }

  @Test
  void hostsAreListedWithWhatTheyLack() {
    seen(
        List.of(
            manager(),
            worker("well", NodeState.READY),
            worker("ill", NodeState.READY),
            worker("mute", NodeState.READY),
            worker("dead", NodeState.DOWN)));
    answersFor("well", new Reach("registry:5000", null), Duration.ZERO);
    answersFor("ill", new Reach("registry:5000", "connection refused"), Duration.ofMinutes(1));

    assertThat(lacks(listed("well"))).isEmpty();
    assertThat(lacks(listed("ill"))).containsExactly("registry_unreachable", "clock_off");
    assertThat(lacks(listed("mute"))).containsExactly("no_runtime");
    assertThat(lacks(listed("dead"))).containsExactly("node_down");
    assertThat(listed("well").getInteger("replicas")).isEqualTo(1);
  }

  @Test
  void aProcessIsShownOnTheHostOfItsEngine() {
    GATEWAY
        .database()
        .query(
            "insert into processes(id, role, version, host, node_id, ready)"
                + " values ('runtime-7', 'runtime', '1', 'x', 'w1', true),"
                + " ('gateway-7', 'gateway', '1', 'host-m1', null, true) on conflict do nothing")
        .await();

    assertThat(listed("w1").getJsonArray("processes").getJsonObject(0).getString("id"))
        .isEqualTo("runtime-7");
    assertThat(listed("m1").getJsonArray("processes").getJsonObject(0).getString("id"))
        .isEqualTo("gateway-7");
  }

  @Test
  void drainingIsARowAndTheSameAgainChangesNothing() {
    JsonObject drain = new JsonObject().put("availability", "drain");
    JsonObject first = GATEWAY.admin().patch("/api/nodes/w1", drain).expect(202).json();
    JsonObject again = GATEWAY.admin().patch("/api/nodes/w1", drain).expect(202).json();

    assertThat(first.getJsonObject("work").getString("kind")).isEqualTo("drain");
    assertThat(first.getJsonObject("work").getString("actor")).isEqualTo("test");
    assertThat(again.getJsonObject("work")).isEqualTo(first.getJsonObject("work"));
    assertThat(audited("node.drain", "w1")).isPositive();
  }

  private static int audited(String action, String subject) {
    var row =
        GATEWAY
            .database()
            .one(
                "select count(*)::int from audit where action = $1 and subject = $2",
                action,
                subject)
            .await();
    return row == null ? 0 : row.getInteger(0);
  }

  @Test
  void theLastHostThatTakesReplicasIsNotDrainedUnlessForced() {
    seen(List.of(manager(), worker("w1", NodeState.DOWN)));
    JsonObject drain = new JsonObject().put("availability", "drain");

    assertThat(GATEWAY.admin().patch("/api/nodes/m1", drain).expect(409).string("code"))
        .isEqualTo("last_active_node");
    GATEWAY.admin().patch("/api/nodes/m1", drain.copy().put("force", true)).expect(202);
  }

  @Test
  void aHostWithDataIsNotDrainedOrRemovedUnlessForced() {
    Application shop = Samples.application(GATEWAY.database());
    GATEWAY
        .database()
        .query(
            "insert into volumes(application_id, name, engine_name, node_id, owner, fence)"
                + " values ($1, 'data', 'sw-data', 'w1', 'me', 1)",
            shop.id().value())
        .await();

    var refused =
        GATEWAY
            .admin()
            .patch("/api/nodes/w1", new JsonObject().put("availability", "drain"))
            .expect(409);
    assertThat(refused.string("code")).isEqualTo("node_holds_volumes");
    assertThat(refused.string("detail")).contains(shop.name() + "/data");
    GATEWAY.admin().delete("/api/nodes/w1").expect(409);
    assertThat(listed("w1").getJsonArray("volumes").getJsonObject(0).getString("name"))
        .isEqualTo("data");
    GATEWAY.admin().delete("/api/nodes/w1?force=true").expect(202);
    assertThat(audited("node.remove", "w1")).isOne();
  }

  @Test
  void theLastManagerIsNeverRemovedAndNoneAgainstTheMajority() {
    assertThat(GATEWAY.admin().delete("/api/nodes/m1?force=true").expect(409).string("code"))
        .isEqualTo("last_manager");
    seen(
        List.of(
            manager(),
            host("m2", NodeRole.MANAGER, NodeState.READY),
            host("m3", NodeRole.MANAGER, NodeState.DOWN)));
    assertThat(GATEWAY.admin().delete("/api/nodes/m2?force=true").expect(409).string("code"))
        .isEqualTo("quorum_lost");
    GATEWAY.admin().delete("/api/nodes/m3").expect(202);
  }

  @Test
  void aManagerThatIsOnItsWayOutDoesNotCount() {
    seen(List.of(manager(), host("m2", NodeRole.MANAGER, NodeState.READY)));
    GATEWAY.admin().delete("/api/nodes/m2?force=true").expect(202);

    assertThat(GATEWAY.admin().delete("/api/nodes/m1?force=true").expect(409).string("code"))
        .isEqualTo("last_manager");
  }

  @Test
  void aChangeBasedOnAnOlderLookIsRefused() {
    JsonObject drain = new JsonObject().put("availability", "drain");
    String seen = GATEWAY.admin().get("/api/nodes/w1").expect(200).header("ETag");
    GATEWAY.admin().patch("/api/nodes/w1", drain, "If-Match", seen).expect(202);

    GATEWAY.admin().delete("/api/nodes/w1", "If-Match", seen).expect(412);
  }

  @Test
  void aRemovalCanBeTakenBack() {
    GATEWAY.admin().delete("/api/nodes/w1").expect(202);
    JsonObject back =
        GATEWAY
            .admin()
            .patch("/api/nodes/w1", new JsonObject().put("availability", "active"))
            .expect(202)
            .json();
    assertThat(back.getJsonObject("work").getString("kind")).isEqualTo("activate");
  }

  @Test
  void onlyAnAdminChangesHostsOrLearnsTheTokenAndItIsNoted() {
    GATEWAY
        .bus()
        .answer(
            NodeContract.JOIN,
            asked ->
                Future.succeededFuture(
                    new NodeContract.Joined(
                        "SWMTKN-" + asked.role().wire(), "127.0.0.1:2377", null, "bridge")))
        .await();
    answersFor("m1", null, Duration.ZERO);
    Client deployer = GATEWAY.client("write", "deploy");
    deployer.post("/api/nodes/join", new JsonObject().put("role", "worker")).expect(403);
    deployer.delete("/api/nodes/w1").expect(403);
    deployer.patch("/api/nodes/w1", new JsonObject().put("availability", "drain")).expect(403);
    deployer.get("/api/nodes").expect(200);
    GATEWAY.nobody().get("/api/nodes").expect(401);

    JsonObject joined =
        GATEWAY
            .admin()
            .post("/api/nodes/join", new JsonObject().put("role", "manager"))
            .expect(200)
            .json();
    assertThat(joined.getJsonArray("commands").getString(0))
        .isEqualTo("docker swarm join --token SWMTKN-manager 127.0.0.1:2377");
    assertThat(audited("node.join", "manager")).isOne();
    assertThat(statuses(joined))
        .containsEntry("swarm-address", "failed")
        .containsEntry("registry", "failed")
        .containsEntry("task-address", "failed")
        .containsEntry("database", "failed")
        .containsEntry("cluster", "failed")
        .containsEntry("clock", "passed")
        .containsEntry("port-2377", "passed")
        .containsEntry("overlay-ports", "unknown");
  }

  private static Map<String, String> statuses(JsonObject joined) {
    Map<String, String> found = new HashMap<>();
    joined
        .getJsonArray("checks")
        .forEach(check ->
            found.put(
                ((JsonObject) check).getString("name"), ((JsonObject) check).getString("status")));
    return found;
  }

  @Test
  void whatIsNoHostIsNotFoundAndBadWishesAreNamed() {
    GATEWAY.admin().get("/api/nodes/nobody").expect(404);
    GATEWAY.admin().delete("/api/nodes/nobody").expect(404);
    assertThat(
            GATEWAY
                .admin()
                .patch("/api/nodes/w1", new JsonObject().put("availability", "off"))
                .expect(422)
                .fields())
        .containsExactly("availability");
    assertThat(
            GATEWAY
                .admin()
                .post("/api/nodes/join", new JsonObject().put("role", "boss"))
                .expect(422)
                .fields())
        .containsExactly("role");
  }
}
