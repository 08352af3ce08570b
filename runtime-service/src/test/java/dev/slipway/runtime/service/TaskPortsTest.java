package dev.slipway.runtime.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Container;
import dev.slipway.contracts.node.NodeContract.Containers;
import dev.slipway.contracts.node.NodeContract.Port;
import dev.slipway.docker.PublishedPort;
import dev.slipway.docker.TaskInfo;
import dev.slipway.docker.TaskInfo.State;
import dev.slipway.platform.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TaskPortsTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final List<PublishedPort> OPEN = List.of(new PublishedPort(8080, 32768, "tcp"));

  private final Bus bus = new Bus(VERTX, "test");
  private final TaskPorts ports = new TaskPorts(bus);

  @AfterAll
  static void leave() {
    VERTX.close().await();
  }

  private static TaskInfo task(String node, String container, List<PublishedPort> ports) {
    return new TaskInfo(
        "task-of-" + container,
        "service",
        Map.of(Labels.APPLICATION, "app_1"),
        1,
        State.RUNNING,
        State.RUNNING,
        container,
        null,
        null,
        node,
        ports,
        Map.of(),
        Instant.EPOCH);
  }

  private static Container container(String id, @Nullable List<Port> ports) {
    return new Container(
        id, new ReleaseId("rel_1"), "running", "none", 0, false, null, Instant.EPOCH, ports);
  }

  private List<PublishedPort> of(String node, String container, List<PublishedPort> told) {
    return ports.of(task(node, container, told), true);
  }

  private boolean gone(String node, String container, List<PublishedPort> told) {
    of(node, container, told);
    return ports.gone(task(node, container, told));
  }

  /** The host answers with what is in the list at that moment; how often it was asked. */
  private AtomicInteger answers(String node, List<Container> there) {
    AtomicInteger asked = new AtomicInteger();
    bus.answer(
            NodeContract.CONTAINERS.at(node),
            question -> {
              asked.incrementAndGet();
              return Future.succeededFuture(new Containers(List.copyOf(there)));
            })
        .await();
    return asked;
  }

  @Test
  void whatTheManagersToldOnceIsRememberedWhenANewLeaderHasLostIt() {
    assertThat(of("silent", "c1", OPEN)).isEqualTo(OPEN);
    assertThat(of("silent", "c1", List.of())).isEqualTo(OPEN);
    assertThat(of("silent", "c2", List.of())).isEmpty();
  }

  @Test
  void whoWasNeverToldAsksTheHostOnceForAllOfAnApplication() {
    AtomicInteger asked =
        answers(
            "n2",
            List.of(
                container("c1", List.of(new Port(8080, 32768))),
                container("c2", List.of()),
                container("old", null)));
    await().atMost(LIMIT).until(() -> of("n2", "c1", List.of()).equals(OPEN));
    int before = asked.get();
    assertThat(of("n2", "c2", List.of())).as("publishes none").isEmpty();
    assertThat(of("n2", "c1", List.of())).isEqualTo(OPEN);
    assertThat(asked).hasValue(before);
  }

  @Test
  void aHostThatWasSilentIsAskedWhetherItsPortsAreStillTheirs() {
    List<Container> there = new CopyOnWriteArrayList<>();
    there.add(container("stays", List.of(new Port(8080, 32768))));
    AtomicInteger asked = answers("n3", there);
    assertThat(of("n3", "stays", OPEN)).isEqualTo(OPEN);
    assertThat(of("n3", "ended", OPEN)).isEqualTo(OPEN);
    assertThat(ports.of(task("n3", "stays", OPEN), false)).as("while it is silent").isEqualTo(OPEN);
    assertThat(ports.of(task("n3", "ended", OPEN), false)).isEqualTo(OPEN);
    assertThat(asked).as("by then").hasValue(0);
    await().atMost(LIMIT).until(() -> gone("n3", "stays", OPEN) || gone("n3", "ended", OPEN));
    assertThat(of("n3", "ended", OPEN)).isEmpty();
    assertThat(gone("n3", "stays", OPEN)).isFalse();
    assertThat(of("n3", "stays", OPEN)).isEqualTo(OPEN);
  }

  @Test
  void allThatEndedOnAHostAreToldEvenWhenTheFirstOfThemIsAskedForAgainAndAgain() {
    answers("n4", List.of());
    await().atMost(LIMIT).until(() -> gone("n4", "c1", List.of()) & gone("n4", "c2", List.of()));
  }

  @Test
  void whatOnlyTheManagersToldIsProvenByItsHostOnceTheyHaveLostIt() {
    answers("n5", List.of(container("c1", List.of(new Port(8080, 40000)))));
    assertThat(of("n5", "c1", OPEN)).isEqualTo(OPEN);
    await()
        .atMost(LIMIT)
        .until(
            () -> of("n5", "c1", List.of()).equals(List.of(new PublishedPort(8080, 40000, "tcp"))));
  }

  @Test
  void anEndedContainerIsNotThereWhateverPortsItsEngineStillShows() {
    Container ended =
        new Container(
            "c1",
            new ReleaseId("rel_1"),
            "exited",
            "none",
            255,
            false,
            null,
            Instant.EPOCH,
            List.of(new Port(8080, 32768)));
    answers("n6", List.of(ended));
    await().atMost(LIMIT).until(() -> gone("n6", "c1", List.of()));
    assertThat(of("n6", "c1", List.of())).isEmpty();
  }
}
