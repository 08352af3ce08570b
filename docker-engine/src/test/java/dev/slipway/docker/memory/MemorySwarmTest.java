package dev.slipway.docker.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.EngineInfo;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.TaskInfo;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The twin's Swarm of several hosts behaves as the real one does, as far as callers rely on it. */
class MemorySwarmTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Map<String, String> OURS = Map.of("dev.slipway.kit", "swarm");

  private final MemoryEngine manager = new MemoryEngine();
  private final MemoryEngine second = manager.join("second", NodeInfo.Role.WORKER);
  private final MemoryEngine third = manager.join("third", NodeInfo.Role.WORKER);

  @AfterEach
  void close() {
    manager.close();
  }

  private void serve(ServiceSpec.Builder spec) {
    manager.publish("kit/web:1", MemoryImage.web(8080, "hello"));
    manager.createService(spec.labelsEverywhere(OURS).build());
  }

  private static ServiceSpec.Builder web(int replicas) {
    return ServiceSpec.of("web", "kit/web:1").replicas(replicas);
  }

  private void awaitServing(int count) {
    await().atMost(SOON).until(() -> serving().size() == count);
  }

  private List<TaskInfo> serving() {
    return manager.tasks(OURS).stream().filter(TaskInfo::serving).toList();
  }

  private Set<String> nodes() {
    return serving().stream().map(TaskInfo::nodeId).collect(Collectors.toSet());
  }

  private static String id(MemoryEngine engine) {
    return String.valueOf(engine.info().nodeId());
  }

  @Test
  void replicasAreSpreadOverTheNodes() {
    serve(web(3));
    awaitServing(3);
    assertThat(nodes()).containsExactlyInAnyOrder(id(manager), id(second), id(third));
    assertThat(second.containers(OURS)).hasSize(1);
    assertThat(manager.containers(OURS)).hasSize(1);
  }

  @Test
  void aWorkerKnowsItselfAndManagesNothing() {
    assertThat(second.info().swarm()).isEqualTo(EngineInfo.Swarm.WORKER);
    assertThat(second.info().managers()).isEqualTo(manager.info().managers());
    assertThatThrownBy(second::nodes).isInstanceOf(DockerProblem.NoSwarm.class);
    assertThatThrownBy(() -> second.services(OURS)).isInstanceOf(DockerProblem.NoSwarm.class);
    assertThat(second.containers(OURS)).isEmpty();
  }

  @Test
  void tasksOfADeadHostStartElsewhereAndTheOldOnesEndWhenItReturns() {
    serve(web(3));
    awaitServing(3);
    second.cutOff();
    await().atMost(SOON).until(() -> !nodes().contains(id(second)) && serving().size() == 3);
    assertThat(second.containers(OURS)).as("it goes on, cut off").hasSize(1);
    second.comeBack();
    await()
        .atMost(SOON)
        .until(() -> second.containers(OURS).stream().noneMatch(c -> running(second, c.id())));
  }

  private static boolean running(MemoryEngine engine, String container) {
    return engine.container(container).orElseThrow().running();
  }

  @Test
  void aTaskBoundToADeadHostWaitsForIt() {
    serve(web(1).constraints(List.of("node.id==" + id(third))));
    awaitServing(1);
    third.losePower();
    await().atMost(SOON).until(() -> serving().isEmpty());
    assertThat(manager.tasks(OURS))
        .singleElement()
        .extracting(TaskInfo::state)
        .isEqualTo(TaskInfo.State.PENDING);
    third.comeBack();
    awaitServing(1);
    assertThat(nodes()).containsExactly(id(third));
  }

  @Test
  void aDrainedNodeGivesItsTasksAway() {
    serve(web(3));
    awaitServing(3);
    manager.setNodeAvailability(id(third), NodeInfo.Availability.DRAIN);
    await().atMost(SOON).until(() -> !nodes().contains(id(third)) && serving().size() == 3);
    assertThatThrownBy(() -> manager.removeNode(id(third), false))
        .isInstanceOf(DockerProblem.Conflict.class);
    manager.removeNode(id(third), true);
    assertThat(manager.nodes()).hasSize(2);
  }

  @Test
  void aPublishedPortAnswersOnTheAddressOfItsNode() throws Exception {
    serve(web(2).hostPorts(List.of(new ServiceSpec.HostPort(8080, 0, "tcp"))));
    awaitServing(2);
    for (var task : serving()) {
      var node = manager.nodes().stream().filter(n -> n.id().equals(task.nodeId())).findFirst();
      var port = task.hostPorts().getFirst().hostPort();
      var url = URI.create("http://" + node.orElseThrow().address() + ":" + port + "/");
      await().atMost(SOON).ignoreExceptions().until(() -> get(url).equals("hello"));
    }
  }

  private static String get(URI url) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(2)).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  @Test
  void everyNodeFetchesByDigestWithTheCredentialsOfTheService() {
    var auth = new RegistryAuth("registry:5000", "user", "pass");
    manager.hold("registry:5000/app:1", MemoryImage.silent());
    manager.registryWants(auth);
    var digest = manager.push("registry:5000/app:1", auth, progress -> {});
    var image = "registry:5000/app@" + digest;
    assertThat(manager.registryDigest(image, auth)).contains(digest);
    assertThat(manager.registryDigest("registry:5000/app:2", auth)).isEmpty();
    assertThatThrownBy(() -> manager.registryDigest(image, null))
        .isInstanceOf(DockerProblem.RegistryRefused.class);
    var bound = ServiceSpec.of("with", image).constraints(List.of("node.id==" + id(third)));
    manager.createService(bound.registryAuth(auth).labelsEverywhere(OURS).build());
    awaitServing(1);
    assertThat(third.image(image).orElseThrow().digests()).containsExactly(image);
    var without = ServiceSpec.of("without", image).constraints(List.of("node.id==" + id(second)));
    manager.createService(without.restart(ServiceSpec.Restart.never()).build());
    await().atMost(SOON).until(() -> !manager.tasks("without").isEmpty());
    assertThat(manager.tasks("without").getFirst().error()).contains("No such image");
  }
}
