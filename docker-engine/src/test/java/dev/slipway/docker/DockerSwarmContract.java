package dev.slipway.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every engine promises about nodes, placement, and two who change the same thing. */
abstract class DockerSwarmContract extends DockerProgramContract {

  // ---- nodes

  @Test
  void thisNodeIsAmongTheNodes() {
    var info = engine.info();
    var self = self();
    assertThat(self.ready()).isTrue();
    assertThat(self.role()).isEqualTo(NodeInfo.Role.MANAGER);
    assertThat(self.availability()).isEqualTo(NodeInfo.Availability.ACTIVE);
    assertThat(self.address()).isEqualTo(info.nodeAddress()).isNotEmpty();
    assertThat(self.hostname()).isEqualTo(info.hostname()).isNotEmpty();
    assertThat(self.managerAddress()).isNotNull();
    assertThat(info.managers()).contains(self.managerAddress());
    assertThat(self.memoryBytes()).isPositive();
    assertThat(self.processors()).isPositive();
  }

  private NodeInfo self() {
    var id = engine.info().nodeId();
    return engine.nodes().stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void exactlyOneManagerLeads() {
    assertThat(engine.nodes().stream().filter(NodeInfo::leader)).hasSize(1);
  }

  @Test
  void whatANodeIsAlreadyIsSuccess() {
    var before = self();
    engine.setNodeAvailability(before.id(), before.availability());
    engine.setNodeRole(before.id(), before.role());
    assertThat(self().availability()).isEqualTo(before.availability());
  }

  @Test
  void aNodeThatIsNotThereIsNotFoundAndRemovingItIsFine() {
    var nobody = "0123456789abcdefghijklmno";
    assertThatThrownBy(() -> engine.setNodeAvailability(nobody, NodeInfo.Availability.DRAIN))
        .isInstanceOf(DockerProblem.NotFound.class);
    assertThatThrownBy(() -> engine.setNodeRole(nobody, NodeInfo.Role.MANAGER))
        .isInstanceOf(DockerProblem.NotFound.class);
    engine.removeNode(nobody, true);
  }

  @Test
  void theManagerThatLeadsIsNotRemoved() {
    assertThatThrownBy(() -> engine.removeNode(self().id(), false))
        .isInstanceOf(DockerProblem.Conflict.class);
    assertThat(self().ready()).isTrue();
  }

  @Test
  void theLastManagerIsNotDemoted() {
    assertThatThrownBy(() -> engine.setNodeRole(self().id(), NodeInfo.Role.WORKER))
        .isInstanceOf(DockerProblem.Conflict.class);
  }

  @Test
  void joinTokensAreThereAndNeverPrinted() {
    var tokens = engine.joinTokens();
    assertThat(tokens.worker()).startsWith("SWMTKN").isNotEqualTo(tokens.manager());
    assertThat(tokens.managers()).first().isEqualTo(self().managerAddress());
    assertThat(tokens.toString()).doesNotContain("SWMTKN");
  }

  // ---- placement

  @Test
  void aTaskRunsOnTheNodeItIsBoundTo() {
    var spec =
        service("bound", silentImage())
            .constraints(List.of("node.id==" + self().id()))
            .placementSpread(List.of("node.id"))
            .build();
    engine.createService(spec);
    var task = awaitRunning(spec.name());
    assertThat(task.nodeId()).isEqualTo(self().id());
    var service = engine.service(spec.name()).orElseThrow();
    assertThat(service.constraints()).containsExactly("node.id==" + self().id());
    engine.scaleService(spec.name(), 0);
    assertThat(engine.service(spec.name()).orElseThrow().constraints()).isNotEmpty();
  }

  @Test
  void aTaskThatNoNodeMayRunWaitsAndSaysWhy() {
    var spec = service("nowhere", silentImage()).constraints(List.of("node.id==nobody")).build();
    engine.createService(spec);
    var task =
        await()
            .atMost(SOON)
            .until(() -> matching(spec.name(), t -> t.error() != null), found -> !found.isEmpty())
            .getFirst();
    assertThat(task.state()).isEqualTo(TaskInfo.State.PENDING);
    assertThat(task.nodeId()).isNull();
    assertThat(task.error()).contains("no suitable node");
  }

  // ---- tasks of everything of ours

  @Test
  void allTasksOfOursAreListedAtOnceWithTheirNodesAndAddresses() {
    var one = service("one", silentImage()).replicas(2).build();
    var other =
        service("other", silentImage())
            .hostPorts(List.of(new ServiceSpec.HostPort(8080, 0, "tcp")))
            .build();
    engine.createService(one);
    engine.createService(other);
    await().atMost(SOON).until(() -> ours().stream().filter(TaskInfo::serving).count() == 3);
    var id = engine.service(other.name()).orElseThrow().id();
    var published = ours().stream().filter(t -> t.serviceId().equals(id)).findFirst().orElseThrow();
    // an engine may choose one number for IPv4 and another for IPv6; IPv4's comes first
    assertThat(published.hostPorts())
        .isNotEmpty()
        .allSatisfy(open -> assertThat(open.containerPort()).isEqualTo(8080));
    assertThat(ours())
        .allSatisfy(task -> {
          assertThat(task.nodeId()).isEqualTo(self().id());
          assertThat(task.labels()).containsAllEntriesOf(ours);
          assertThat(task.networks()).containsKey(network);
        });
    engine.scaleService(one.name(), 0);
    await().atMost(SOON).until(() -> ours().size() == 1);
  }

  private List<TaskInfo> ours() {
    return engine.tasks(ours);
  }

  @Test
  void listingTasksNeedsALabel() {
    assertThatThrownBy(() -> engine.tasks(Map.of())).isInstanceOf(IllegalArgumentException.class);
  }

  // ---- two who change the same service

  @Test
  void ofTwoWhoSawTheSameServiceOneChangesIt() {
    var spec = service("contested", silentImage()).replicas(0).build();
    engine.createService(spec);
    var seen = engine.service(spec.name()).orElseThrow();
    engine.changeService(seen, ServiceChange.scale(0).labelled(Map.of("dev.slipway.kit.by", "1")));
    assertThatThrownBy(() -> engine.changeService(seen, ServiceChange.scale(3)))
        .isInstanceOf(DockerProblem.Outdated.class);
    var now = engine.service(spec.name()).orElseThrow();
    assertThat(now.replicas()).isZero();
    assertThat(now.version()).isGreaterThan(seen.version());
    assertThat(now.labels()).containsEntry("dev.slipway.kit.by", "1").containsAllEntriesOf(ours);
  }

  @Test
  void everyChangeMovesTheVersion() {
    var spec = service("counted", silentImage()).replicas(0).build();
    engine.createService(spec);
    var first = engine.service(spec.name()).orElseThrow();
    engine.labelService(spec.name(), Map.of("dev.slipway.kit.by", "1"));
    var second = engine.service(spec.name()).orElseThrow();
    engine.scaleService(spec.name(), 0);
    var third = engine.service(spec.name()).orElseThrow();
    assertThat(first.version()).isLessThan(second.version());
    assertThat(second.version()).isLessThan(third.version());
    assertThatThrownBy(() -> engine.changeService(first, ServiceChange.scale(1)))
        .isInstanceOf(DockerProblem.Outdated.class);
  }

  @Test
  void aSuccessorOfTheSameNameIsNotChangedInItsPlace() {
    var spec = service("heir", silentImage()).replicas(0).build();
    engine.createService(spec);
    var dead = engine.service(spec.name()).orElseThrow();
    engine.removeService(dead.id());
    engine.createService(spec);
    assertThatThrownBy(() -> engine.changeService(dead, ServiceChange.scale(1)))
        .isInstanceOf(DockerProblem.NotFound.class);
    engine.removeService(dead.id());
    assertThat(engine.service(spec.name())).isPresent();
  }

  // ---- a container that joins a network

  @Test
  void aContainerJoinsANetworkTwiceAndLeavesItTwice() {
    var container = plainContainer();
    engine.connectNetwork(network, container, List.of("edge"));
    engine.connectNetwork(network, container, List.of("edge"));
    assertThat(engine.container(container).orElseThrow().networks()).containsKey(network);
    assertThatThrownBy(() -> engine.removeNetwork(network))
        .isInstanceOf(DockerProblem.Conflict.class);
    engine.disconnectNetwork(network, container);
    engine.disconnectNetwork(network, container);
    assertThat(engine.container(container).orElseThrow().networks()).doesNotContainKey(network);
  }

  @Test
  void joiningNothingIsNotFoundAndLeavingItIsFine() {
    var container = plainContainer();
    assertThatThrownBy(() -> engine.connectNetwork(network, "0123456789ab", List.of()))
        .isInstanceOf(DockerProblem.NotFound.class);
    assertThatThrownBy(() -> engine.connectNetwork("kit-nowhere", container, List.of()))
        .isInstanceOf(DockerProblem.NotFound.class);
    engine.disconnectNetwork("kit-nowhere", container);
    engine.disconnectNetwork(network, "0123456789ab");
  }
}
