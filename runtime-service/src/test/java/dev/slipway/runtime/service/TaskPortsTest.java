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

  @Test
  void whatTheManagersToldOnceIsRememberedWhenANewLeaderHasLostIt() {
    assertThat(ports.of(task("silent", "c1", OPEN))).isEqualTo(OPEN);
    assertThat(ports.of(task("silent", "c1", List.of()))).isEqualTo(OPEN);
    assertThat(ports.of(task("silent", "c2", List.of()))).isEmpty();
  }

  @Test
  void whoWasNeverToldAsksTheHostOnceForAllOfAnApplication() {
    AtomicInteger asked = new AtomicInteger();
    bus.answer(
            NodeContract.CONTAINERS.at("n2"),
            question -> {
              asked.incrementAndGet();
              return Future.succeededFuture(
                  new Containers(
                      List.of(
                          container("c1", List.of(new Port(8080, 32768))),
                          container("c2", List.of()),
                          container("old", null))));
            })
        .await();
    await().atMost(LIMIT).until(() -> ports.of(task("n2", "c1", List.of())).equals(OPEN));
    int before = asked.get();
    assertThat(ports.of(task("n2", "c2", List.of()))).as("publishes none").isEmpty();
    assertThat(ports.of(task("n2", "c1", List.of()))).isEqualTo(OPEN);
    assertThat(asked).hasValue(before);
  }
}
