package dev.slipway.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What every engine promises. The real engine and its in-memory twin both pass these tests; extend
 * this class to hold another one to them.
 */
public abstract class DockerEngineContract extends DockerSwarmContract {
  // ---- the engine itself

  @Test
  void tellsWhatItIs() {
    engine.ping();
    var info = engine.info();
    assertThat(info.swarm()).isEqualTo(EngineInfo.Swarm.MANAGER);
    assertThat(info.nodeId()).isNotNull();
    assertThat(info.freeBytes()).isPositive();
    assertThat(info.memoryBytes()).isPositive();
  }

  @Test
  void buildCacheThatIsYoungAndFewStays() {
    assertThat(engine.buildCacheBytes()).isNotNegative();
    assertThat(engine.pruneBuildCache(Duration.ofDays(3_650), Long.MAX_VALUE)).isZero();
  }

  @Test
  void refusesToListWithoutALabel() {
    assertThatThrownBy(() -> engine.networks(Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anInterruptedCallerIsTurnedAwayAndStaysInterrupted() throws Exception {
    var problems = new ArrayList<Throwable>();
    var flag = new boolean[1];
    var caller =
        Thread.ofVirtual()
            .start(() -> {
              Thread.currentThread().interrupt();
              try {
                engine.services(ours);
              } catch (DockerProblem e) {
                problems.add(e);
                flag[0] = Thread.currentThread().isInterrupted();
              }
            });
    assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
    assertThat(problems).singleElement().isInstanceOf(DockerProblem.Cancelled.class);
    assertThat(flag[0]).isTrue();
  }

  // ---- networks and volumes

  @Test
  void aNetworkIsMadeOnceAndRemovedTwice() {
    var name = "kit-" + run + "-extra";
    var made = engine.ensureNetwork(name, ours);
    assertThat(engine.ensureNetwork(name, ours).id()).isEqualTo(made.id());
    assertThat(engine.networks(ours)).extracting(NetworkInfo::name).contains(name);
    engine.removeNetwork(name);
    engine.removeNetwork(name);
    assertThat(engine.networks(ours)).extracting(NetworkInfo::name).doesNotContain(name);
  }

  @Test
  void aVolumeIsMadeOnceAndRemovedTwice() {
    var name = "kit-" + run;
    engine.ensureVolume(name, ours);
    engine.ensureVolume(name, ours);
    assertThat(engine.volumes(ours)).singleElement().extracting(VolumeInfo::name).isEqualTo(name);
    engine.removeVolume(name);
    engine.removeVolume(name);
    assertThat(engine.volumes(ours)).isEmpty();
  }

  // ---- services

  @Test
  void aServiceAnswersAtItsGatewayAddressWithItsEnvironment() throws Exception {
    var spec = service("web", webImage()).env(Map.of("GREETING", "ahoy", "PORT", "9090")).build();
    engine.createService(spec);
    var task = awaitRunning(spec.name());
    var container = engine.container(task.container()).orElseThrow();
    assertThat(container.running()).isTrue();
    assertThat(container.labels()).containsAllEntriesOf(ours);
    assertThat(container.networks()).containsKey(network);
    assertThat(task.networks()).containsKey(network);
    assertThat(container.gatewayAddress()).isNotNull();
    var url = "http://" + container.gatewayAddress() + ":9090/";
    await().atMost(SOON).ignoreExceptions().until(() -> get(url).equals("ahoy"));
  }

  @Test
  void aServiceIsFoundByItsLabelsAndItsName() {
    var spec = service("web", silentImage()).replicas(0).build();
    var id = engine.createService(spec);
    assertThat(engine.services(ours)).singleElement().extracting(ServiceInfo::id).isEqualTo(id);
    var found = engine.service(spec.name()).orElseThrow();
    assertThat(found.labels()).isEqualTo(ours);
    assertThat(found.replicas()).isZero();
    assertThat(engine.service("kit-" + run + "-nobody")).isEmpty();
    assertThat(engine.tasks("kit-" + run + "-nobody")).isEmpty();
  }

  @Test
  void aTakenNameIsAConflict() {
    var spec = service("web", silentImage()).replicas(0).build();
    engine.createService(spec);
    assertThatThrownBy(() -> engine.createService(spec)).isInstanceOf(DockerProblem.Conflict.class);
  }

  @Test
  void aServiceScalesUpAndToNothing() {
    var spec = service("web", silentImage()).build();
    engine.createService(spec);
    awaitRunning(spec.name());
    engine.scaleService(spec.name(), 2);
    await().atMost(SOON).until(() -> serving(spec.name()) == 2);
    engine.scaleService(spec.name(), 0);
    await().atMost(SOON).until(() -> serving(spec.name()) == 0);
    assertThat(engine.service(spec.name()).orElseThrow().replicas()).isZero();
  }

  private long serving(String service) {
    return engine.tasks(service).stream().filter(TaskInfo::serving).count();
  }

  @Test
  void aContainerStopsAtOnceWhenAskedDirectly() {
    var spec = service("web", silentImage()).build();
    engine.createService(spec);
    var id = awaitRunning(spec.name()).container();
    engine.scaleService(spec.name(), 0);
    engine.stopContainer(id, Duration.ofSeconds(1));
    assertThat(engine.container(id).map(ContainerInfo::running).orElse(false)).isFalse();
    engine.stopContainer(id, Duration.ofSeconds(1));
    engine.stopContainer("0123456789ab", Duration.ofSeconds(1));
  }

  @Test
  void aContainerStandsStillUntilItIsLetGo() {
    String id = plainContainer();
    engine.pauseContainer(id);
    engine.pauseContainer(id);
    assertThat(stateOf(id)).isEqualTo(ContainerInfo.State.PAUSED);
    engine.unpauseContainer(id);
    engine.unpauseContainer(id);
    assertThat(stateOf(id)).isEqualTo(ContainerInfo.State.RUNNING);
    engine.pauseContainer(id);
    engine.removeContainer(id);
    assertThat(engine.container(id)).isEmpty();
    engine.unpauseContainer(id);
    assertThatThrownBy(() -> engine.pauseContainer(id)).isInstanceOf(DockerProblem.NotFound.class);
  }

  private ContainerInfo.State stateOf(String id) {
    return engine.container(id).orElseThrow().state();
  }

  @Test
  void labellingAServiceLeavesItsTasksAlone() {
    var spec = service("web", silentImage()).build();
    engine.createService(spec);
    var task = awaitRunning(spec.name());
    engine.labelService(spec.name(), Map.of("dev.slipway.kit.more", "yes"));
    assertThat(engine.service(spec.name()).orElseThrow().labels())
        .containsEntry("dev.slipway.kit.more", "yes")
        .containsAllEntriesOf(ours);
    assertThat(awaitRunning(spec.name()).id()).isEqualTo(task.id());
  }

  @Test
  void restartingAServiceReplacesItsTasks() {
    var spec = service("web", silentImage()).build();
    engine.createService(spec);
    var task = awaitRunning(spec.name());
    engine.restartService(spec.name());
    await().atMost(SOON).until(() -> !matching(spec.name(), t -> fresh(t, task)).isEmpty());
    await().atMost(SOON).until(() -> serving(spec.name()) == 1);
  }

  @Test
  void aServiceBecomesAnotherInItsPlace() {
    var spec = service("web", silentImage()).env(Map.of("A", "1")).stopFirst(true).build();
    var id = engine.createService(spec);
    var task = awaitRunning(spec.name());
    var change =
        ServiceChange.change()
            .image(webImage())
            .env(Map.of("GREETING", "ahoy"))
            .memoryBytes(64 << 20)
            .cpus(0.5)
            .hostPorts(List.of(new ServiceSpec.HostPort(8080, 0, "tcp")))
            .labels(Map.of("dev.slipway.kit.more", "yes"))
            .build();
    engine.changeService(engine.service(spec.name()).orElseThrow(), change);
    await().atMost(SOON).until(() -> !matching(spec.name(), t -> fresh(t, task)).isEmpty());
    var next = matching(spec.name(), t -> fresh(t, task)).getFirst();
    assertThat(next.hostPorts()).first().extracting(PublishedPort::containerPort).isEqualTo(8080);
    assertThat(engine.stats(next.container()).orElseThrow().memoryLimitBytes()).isEqualTo(64 << 20);
    var service = engine.service(id).orElseThrow();
    assertThat(service.env()).containsExactly("GREETING=ahoy");
    assertThat(service.labels()).containsEntry("dev.slipway.kit.more", "yes");
    assertThat(service.containerLabels()).isEqualTo(ours);
    var port = next.hostPorts().getFirst().hostPort();
    var address = engine.info().nodeAddress();
    var url = "http://" + address + ":" + port + "/";
    await().atMost(SOON).ignoreExceptions().until(() -> get(url).equals("ahoy"));
  }

  private static boolean fresh(TaskInfo task, TaskInfo old) {
    return task.serving() && !task.id().equals(old.id());
  }

  @Test
  void aServiceThatEndsAtOnceShowsItsExitCode() {
    var spec = service("bad", exitingImage()).restart(ServiceSpec.Restart.never()).build();
    engine.createService(spec);
    var task = awaitEnded(spec.name());
    assertThat(task.state()).isEqualTo(TaskInfo.State.FAILED);
    assertThat(task.exitCode()).isEqualTo(3);
    assertThat(engine.container(task.container()).orElseThrow().exitCode()).isEqualTo(3);
    var printed = new Printed();
    var follow = engine.logs(task.container(), LogRequest.all(), printed);
    assertThat(follow.await(SOON)).isTrue();
    assertThat(printed.stdout()).containsExactly("boom");
  }

  @Test
  void aMissingImageRejectsTheTask() {
    var spec =
        service("none", "slipway-kit/nowhere:1").restart(ServiceSpec.Restart.never()).build();
    engine.createService(spec);
    var task = awaitEnded(spec.name());
    assertThat(task.state()).isEqualTo(TaskInfo.State.REJECTED);
    assertThat(task.error()).contains("No such image");
  }

  @Test
  void scalingWhatIsNotThereIsNotFoundAndRemovingItIsFine() {
    var name = "kit-" + run + "-nobody";
    assertThatThrownBy(() -> engine.scaleService(name, 1))
        .isInstanceOf(DockerProblem.NotFound.class);
    engine.removeService(name);
    engine.removeContainer(name);
    engine.removeImage("slipway-kit/nowhere:1");
  }

  // ---- logs, exec, stats, events

  @Test
  void outputArrivesWholeInOrderAndByKind() {
    var task = talked();
    var printed = new Printed();
    try (var follow = engine.logs(task.container(), LogRequest.all(), printed)) {
      assertThat(follow.await(SOON)).isTrue();
      assertThat(follow.problem()).isNull();
    }
    assertThat(printed.stdout()).containsExactly("out-1", "out-2", "out-3");
    assertThat(printed.stderr()).containsExactly("err-1");
  }

  private TaskInfo talked() {
    var spec = service("talk", talkingImage()).restart(ServiceSpec.Restart.never()).build();
    engine.createService(spec);
    return awaitEnded(spec.name());
  }

  @Test
  void aReaderResumesAtTheMomentItSawLast() {
    var task = talked();
    var all = new Printed();
    var whole = new LogRequest(false, 0, -1, true);
    assertThat(engine.logs(task.container(), whole, all).await(SOON)).isTrue();
    var second = all.stdout().get(1);
    var moment = Instant.parse(second.substring(0, second.indexOf(' ')));
    var nanos = moment.getEpochSecond() * 1_000_000_000L + moment.getNano();
    var rest = new Printed();
    var since = LogRequest.followSince(nanos);
    assertThat(engine.logs(task.container(), since, rest).await(SOON)).isTrue();
    assertThat(rest.stdout()).first().isEqualTo(second);
    assertThat(rest.stdout()).last().asString().endsWith(" out-3");
  }

  @Test
  void onlyTheTailIsSentWhenAsked() {
    var task = talked();
    var printed = new Printed();
    var request = new LogRequest(false, 0, 2, false);
    assertThat(engine.logs(task.container(), request, printed).await(SOON)).isTrue();
    assertThat(printed.stdout().size() + printed.stderr().size()).isEqualTo(2);
  }

  @Test
  void closingAFollowEndsItEvenWhenItsHandlerIsStuck() throws Exception {
    var task = talked();
    var reached = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    var follow =
        engine.logs(
            task.container(),
            LogRequest.all(),
            (kind, bytes, offset, length) -> {
              reached.countDown();
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
    follow.close();
    assertThat(follow.running()).isFalse();
    assertThat(follow.problem()).isNull();
  }

  @Test
  void logsOfNothingAreNotFound() {
    assertThatThrownBy(() -> engine.logs("0123456789ab", LogRequest.all(), new Printed()))
        .isInstanceOf(DockerProblem.NotFound.class);
  }

  @Test
  void aCommandRunsInsideAndReturnsItsCode() {
    var spec = service("web", silentImage()).build();
    engine.createService(spec);
    var task = awaitRunning(spec.name());
    var printed = new Printed();
    var command = List.of("sh", "-c", "echo out; echo err >&2; exit 4");
    var code = engine.exec(task.container(), command, Duration.ofSeconds(10), printed);
    assertThat(code).isEqualTo(4);
    assertThat(printed.stdout()).containsExactly("out");
    assertThat(printed.stderr()).containsExactly("err");
  }

  @Test
  void countersAreThereWhileItRunsAndGoneAfterwards() {
    var spec = service("web", silentImage()).memoryBytes(64 << 20).build();
    engine.createService(spec);
    var id = awaitRunning(spec.name()).container();
    var stats = engine.stats(id).orElseThrow();
    assertThat(stats.memoryLimitBytes()).isEqualTo(64 << 20);
    assertThat(stats.processes()).isPositive();
    engine.scaleService(spec.name(), 0);
    await().atMost(SOON).until(() -> serving(spec.name()) == 0);
    await().atMost(SOON).until(() -> gone(id) || engine.stats(id).isEmpty());
  }

  private boolean gone(String containerId) {
    return engine.container(containerId).isEmpty();
  }

  @Test
  void theEndOfAContainerIsAnEvent() {
    var events = new CopyOnWriteArrayList<EngineEvent>();
    try (var follow = engine.events(ours, 0, events::add)) {
      talked();
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(events).extracting(EngineEvent::action).contains("start", "die"));
      assertThat(follow.running()).isTrue();
    }
    var end = events.stream().filter(event -> event.action().equals("die")).findFirst();
    assertThat(end.orElseThrow().attributes()).containsEntry("exitCode", "0");
    assertThat(end.orElseThrow().attributes()).containsAllEntriesOf(ours);
  }
}
