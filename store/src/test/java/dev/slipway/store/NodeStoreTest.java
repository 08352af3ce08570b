package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.node.Machine;
import dev.slipway.contracts.node.Node;
import dev.slipway.contracts.node.NodeAvailability;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.node.NodeRole;
import dev.slipway.contracts.node.NodeState;
import dev.slipway.contracts.node.NodeWork;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.LeaseKeeper;
import dev.slipway.platform.lease.Leases;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.store.NodeStore.Seen;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NodeStoreTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final NodeId ONE = new NodeId("node1");
  private static final NodeId TWO = new NodeId("node2");

  private Database database;
  private NodeStore nodes;
  private Lease lease;

  @BeforeEach
  void aLeader() {
    database = POSTGRES.database();
    nodes = new NodeStore(database);
    lease = leads("first");
    nodes.seen(lease, List.of()).await();
  }

  private Lease leads(String process) {
    database.query("update leases set owner = null").await();
    return new Leases(database, process)
        .claim("reconcile", LeaseKeeper.LASTS)
        .await()
        .orElseThrow();
  }

  private static Seen seen(NodeId id, NodeState state) {
    return new Seen(
        id,
        new Machine("host-" + id, "10.0.0.1", "26.1.5", 2, 4096),
        NodeRole.WORKER,
        false,
        state,
        NodeAvailability.ACTIVE,
        3);
  }

  @Test
  void whatTheSwarmShowsIsReadBack() {
    nodes.seen(lease, List.of(seen(ONE, NodeState.READY), seen(TWO, NodeState.READY))).await();

    assertThat(nodes.list().await()).extracting(Node::id).containsExactly(ONE, TWO);
    Node one = nodes.get(ONE).await();
    assertThat(one.machine()).isEqualTo(seen(ONE, NodeState.READY).machine());
    assertThat(one.replicas()).isEqualTo(3);
    assertThat(one.takesTasks()).isTrue();
    assertThat(one.lostAt()).isNull();
  }

  @Test
  void aLookThatFindsNothingNewIsNoNewVersion() {
    nodes.seen(lease, List.of(seen(ONE, NodeState.READY))).await();
    long version = nodes.get(ONE).await().version();

    nodes.seen(lease, List.of(seen(ONE, NodeState.READY))).await();
    assertThat(nodes.get(ONE).await().version()).isEqualTo(version);
    nodes.seen(lease, List.of(seen(ONE, NodeState.DOWN))).await();
    assertThat(nodes.get(ONE).await().version()).isGreaterThan(version);
  }

  @Test
  void aLostHostTellsSinceWhenUntilItIsBack() {
    nodes.seen(lease, List.of(seen(ONE, NodeState.READY))).await();
    nodes.seen(lease, List.of(seen(ONE, NodeState.DOWN))).await();
    Node lost = nodes.get(ONE).await();
    nodes.seen(lease, List.of(seen(ONE, NodeState.DOWN))).await();

    assertThat(lost.lostAt()).isNotNull();
    assertThat(nodes.get(ONE).await().lostAt()).isEqualTo(lost.lostAt());
    assertThat(nodes.get(ONE).await().lastSeenAt()).isEqualTo(lost.lastSeenAt());
    nodes.seen(lease, List.of(seen(ONE, NodeState.READY))).await();
    assertThat(nodes.get(ONE).await().lostAt()).isNull();
  }

  @Test
  void aHostThatLeftTheSwarmIsGone() {
    nodes.seen(lease, List.of(seen(ONE, NodeState.READY), seen(TWO, NodeState.READY))).await();
    nodes.seen(lease, List.of(seen(TWO, NodeState.READY))).await();

    assertThat(nodes.list().await()).extracting(Node::id).containsExactly(TWO);
    assertThatThrownBy(() -> nodes.get(ONE).await())
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(404));
  }

  @Test
  void aWishStaysUntilItIsDoneAndOutlivesItsLeader() {
    nodes.seen(lease, List.of(seen(ONE, NodeState.READY))).await();
    nodes.want(ONE, NodeWork.Kind.REMOVE, true, "ada").await();
    Lease next = leads("second");
    Node wanted = nodes.get(ONE).await();
    NodeWork work = Objects.requireNonNull(wanted.work());

    assertThat(work.kind()).isEqualTo(NodeWork.Kind.REMOVE);
    assertThat(work.forced()).isTrue();
    assertThat(work.actor()).isEqualTo("ada");
    nodes.waits(next, wanted, work, "3 replicas still run on it").await();
    assertThat(Objects.requireNonNull(nodes.get(ONE).await().work()).waitingFor())
        .isEqualTo("3 replicas still run on it");
    nodes.done(next, wanted, work).await();
    assertThat(nodes.get(ONE).await().work()).isNull();
  }

  @Test
  void aFormerLeaderWritesNothing() {
    nodes.seen(lease, List.of(seen(ONE, NodeState.READY))).await();
    nodes.want(ONE, NodeWork.Kind.DRAIN, false, "ada").await();
    Node wanted = nodes.get(ONE).await();
    NodeWork work = Objects.requireNonNull(wanted.work());
    leads("second");

    assertThatThrownBy(() -> nodes.seen(lease, List.of()).await()).isInstanceOf(FencedOut.class);
    nodes.waits(lease, wanted, work, "stale").await();
    nodes.done(lease, wanted, work).await();
    assertThat(nodes.get(ONE).await().work()).isEqualTo(work);
  }

  @Test
  void aNewerWishIsNotTakenForDone() {
    nodes.seen(lease, List.of(seen(ONE, NodeState.READY))).await();
    nodes.want(ONE, NodeWork.Kind.DRAIN, false, "ada").await();
    Node drained = nodes.get(ONE).await();
    nodes.want(ONE, NodeWork.Kind.ACTIVATE, false, "ada").await();

    nodes.done(lease, drained, Objects.requireNonNull(drained.work())).await();
    assertThat(Objects.requireNonNull(nodes.get(ONE).await().work()).kind())
        .isEqualTo(NodeWork.Kind.ACTIVATE);
  }
}
