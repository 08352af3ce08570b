package dev.slipway.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.node.Node;
import dev.slipway.contracts.node.NodeAvailability;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.node.NodeRole;
import dev.slipway.contracts.node.NodeState;
import dev.slipway.contracts.node.NodeWork;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.TaskInfo;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.LeaseKeeper;
import dev.slipway.platform.lease.Leases;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.NodeStore;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NodeSyncTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String INSTALLATION = "cccccccccccc";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final MemoryEngine manager = new MemoryEngine();
  private final MemoryEngine second = manager.join("second", NodeInfo.Role.WORKER);
  private final NodeId secondId = id(second);
  private Database database;
  private NodeStore nodes;
  private NodeSync sync;
  private Lease lease;
  private boolean detourTaken = true;
  private NodeInfo.@Nullable Availability shownAtDetour;

  @BeforeEach
  void aLeader() throws Exception {
    database = POSTGRES.database();
    nodes = new NodeStore(database);
    sync = new NodeSync(nodes, manager, INSTALLATION, this::detour);
    lease = leads("first");
    manager.publish("kit/web:1", MemoryImage.web(8080, "hello"));
    manager.createService(
        ServiceSpec.of("web-" + INSTALLATION, "kit/web:1")
            .replicas(4)
            .labelsEverywhere(Labels.ours(INSTALLATION))
            .build());
    await().atMost(LIMIT).until(() -> on(secondId) == 2);
    sync.pass(lease);
  }

  @AfterEach
  void leave() {
    manager.close();
  }

  private boolean detour() {
    shownAtDetour = manager.nodes().get(1).availability();
    return detourTaken;
  }

  private Lease leads(String process) {
    database.query("update leases set owner = null").await();
    return new Leases(database, process)
        .claim("reconcile", LeaseKeeper.LASTS)
        .await()
        .orElseThrow();
  }

  private static NodeId id(MemoryEngine engine) {
    return new NodeId(String.valueOf(engine.info().nodeId()));
  }

  private long on(NodeId node) {
    return manager.tasks(Labels.ours(INSTALLATION)).stream()
        .filter(TaskInfo::serving)
        .filter(task -> node.value().equals(task.nodeId()))
        .count();
  }

  private Node row(NodeId id) {
    return nodes.get(id).await();
  }

  private void untilDone() {
    await().atMost(LIMIT).until(() -> !atWork());
  }

  /** One look; whether something is still wanted after it. */
  private boolean atWork() throws InterruptedException {
    return sync.pass(lease).equals(NodeSync.AT_WORK);
  }

  private boolean gone(NodeId id) {
    return nodes.list().await().stream().noneMatch(node -> node.id().equals(id));
  }

  @Test
  void theRowsShowWhatTheSwarmShows() throws Exception {
    assertThat(row(secondId).machine().hostname()).isEqualTo("second");
    assertThat(row(secondId).replicas()).isEqualTo(2);
    assertThat(row(id(manager)).role()).isEqualTo(NodeRole.MANAGER);
    assertThat(row(id(manager)).leader()).isTrue();

    second.losePower();
    sync.pass(lease);
    assertThat(row(secondId).state()).isEqualTo(NodeState.DOWN);
    assertThat(row(secondId).lostAt()).isNotNull();
  }

  @Test
  void aDrainedHostGivesItsReplicasAwayAndCanBeActivatedAgain() throws Exception {
    nodes.want(secondId, NodeWork.Kind.DRAIN, false, "ada").await();
    untilDone();
    sync.pass(lease);

    assertThat(on(secondId)).isZero();
    assertThat(row(secondId).availability()).isEqualTo(NodeAvailability.DRAIN);
    await().atMost(LIMIT).until(() -> on(id(manager)) == 4);

    nodes.want(secondId, NodeWork.Kind.ACTIVATE, false, "ada").await();
    untilDone();
    sync.pass(lease);
    assertThat(row(secondId).availability()).isEqualTo(NodeAvailability.ACTIVE);
  }

  @Test
  void aHostIsOnlyDrainedWhenRequestsGoPastItOrCannotBeAwaited() throws Exception {
    nodes.want(secondId, NodeWork.Kind.DRAIN, false, "ada").await();
    untilDone();
    assertThat(shownAtDetour).isEqualTo(NodeInfo.Availability.ACTIVE);

    nodes.want(secondId, NodeWork.Kind.ACTIVATE, false, "ada").await();
    untilDone();
    detourTaken = false;
    nodes.want(secondId, NodeWork.Kind.DRAIN, false, "ada").await();
    untilDone();
    sync.pass(lease);
    assertThat(row(secondId).availability()).isEqualTo(NodeAvailability.DRAIN);
  }

  @Test
  void aHostThatIsUpIsOnlyRemovedWhenItHasLeftOrByForce() throws Exception {
    nodes.want(secondId, NodeWork.Kind.REMOVE, false, "ada").await();
    await().atMost(LIMIT).until(() -> atWork() && waitsFor().contains("swarm leave"));
    assertThat(on(secondId)).isZero();
    assertThat(gone(secondId)).isFalse();

    second.losePower();
    untilDone();
    assertThat(gone(secondId)).isTrue();
    assertThat(manager.nodes()).hasSize(1);
  }

  private String waitsFor() {
    return String.valueOf(Objects.requireNonNull(row(secondId).work()).waitingFor());
  }

  @Test
  void byForceAHostIsForgottenAtOnce() throws Exception {
    nodes.want(secondId, NodeWork.Kind.REMOVE, true, "ada").await();
    untilDone();
    assertThat(gone(secondId)).isTrue();
    assertThat(manager.nodes()).hasSize(1);
  }

  @Test
  void aManagerHandsOverBeforeItIsRemoved() throws Exception {
    MemoryEngine third = manager.join("third", NodeInfo.Role.MANAGER);
    sync.pass(lease);
    nodes.want(id(third), NodeWork.Kind.REMOVE, true, "ada").await();
    untilDone();
    assertThat(gone(id(third))).isTrue();
  }

  @Test
  void aWishOutlivesTheLeaderThatDiedHalfWay() throws Exception {
    nodes.want(secondId, NodeWork.Kind.REMOVE, true, "ada").await();
    manager.failNext("removeNode", new DockerProblem.EngineDown("gone", null));
    assertThat(atWork()).isTrue();
    assertThat(waitsFor()).contains("gone");
    Lease before = lease;
    lease = leads("second");

    assertThatThrownBy(() -> sync.pass(before)).isInstanceOf(FencedOut.class);
    sync = new NodeSync(nodes, manager, INSTALLATION, this::detour);
    untilDone();
    assertThat(gone(secondId)).isTrue();
    assertThatThrownBy(() -> row(secondId)).isInstanceOf(Problem.class);
  }

  @Test
  void aRemovalThatIsNotDoneCanBeTakenBack() throws Exception {
    nodes.want(secondId, NodeWork.Kind.REMOVE, false, "ada").await();
    sync.pass(lease);
    nodes.want(secondId, NodeWork.Kind.ACTIVATE, false, "ada").await();
    untilDone();
    sync.pass(lease);

    assertThat(row(secondId).work()).isNull();
    assertThat(row(secondId).takesTasks()).isTrue();
  }
}
