package dev.slipway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationStatus;
import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.node.NodeWork;
import dev.slipway.contracts.route.Target;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.Registry;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.docker.TaskInfo;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.runtime.Fixture.Shape;
import dev.slipway.runtime.keep.KeepConfig;
import dev.slipway.runtime.service.Labels;
import dev.slipway.runtime.service.TaskAddress;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A Swarm of three hosts and a registry: one manager with a runtime, two workers. */
class SeveralNodesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String INSTALLATION = "ffffffffffff";
  private static final String IMAGE = "registry:5000/team/shop:1";
  private static final Registry REGISTRY =
      new Registry("registry:5000/team", new RegistryAuth("registry:5000", "slipway", "secret"));

  private final MemoryEngine manager = new MemoryEngine();
  private final MemoryEngine second = manager.join("second", NodeInfo.Role.WORKER);
  private final MemoryEngine third = manager.join("third", NodeInfo.Role.WORKER);
  private Fixture fixture;
  private TestRuntime runtime;
  private String digest;

  @BeforeEach
  void stand() {
    manager.registryWants(REGISTRY.auth());
    manager.hold(IMAGE, MemoryImage.web(Fixture.PORT, "well"));
    digest = manager.push(IMAGE, REGISTRY.auth(), progress -> {});
    fixture = new Fixture(POSTGRES.database(), manager, INSTALLATION);
    runtime = TestRuntime.start(fixture, config(TaskAddress.PUBLISHED), CrashPoints.NONE);
  }

  private static RuntimeConfig config(TaskAddress address) {
    return new RuntimeConfig(
        "several", INSTALLATION, "example.test", address, REGISTRY, 4, KeepConfig.DEFAULTS);
  }

  @AfterEach
  void leave() {
    runtime.stop();
    fixture.close();
    manager.close();
  }

  private Application serving(Shape shape) {
    Application shop = fixture.application(shape);
    runtime.success(deploy(shop, shape));
    return shop;
  }

  private Deployment deploy(Application shop, Shape shape) {
    return fixture.deploy(shop, shape, IMAGE, digest);
  }

  private static Shape web() {
    return Shape.web(Fixture.PORT).with(new HealthCheck("/", 1, 1, 3, 4));
  }

  private List<TaskInfo> tasks(Application shop) {
    return manager.tasks(Labels.of(INSTALLATION, shop.id())).stream()
        .filter(TaskInfo::serving)
        .toList();
  }

  private Set<String> hosts(Application shop) {
    return fixture.route(shop.id()).targets().stream()
        .map(Target::host)
        .collect(Collectors.toSet());
  }

  private static String id(MemoryEngine engine) {
    return String.valueOf(engine.info().nodeId());
  }

  private static String address(MemoryEngine engine) {
    return String.valueOf(engine.info().nodeAddress());
  }

  @Test
  void replicasOnEveryNodeAreProvenAndRouted() {
    Application shop = serving(web().replicas(3));
    assertThat(hosts(shop)).containsOnly(address(manager), address(second), address(third));
    assertThat(fixture.route(shop.id()).targets())
        .allMatch(t -> Fixture.get("http://" + t.host() + ":" + t.port() + "/").equals("well"));
    assertThat(third.containers(Labels.of(INSTALLATION, shop.id()))).hasSize(1);
    String service = manager.services(Labels.of(INSTALLATION, shop.id())).getFirst().image();
    assertThat(service).isEqualTo("registry:5000/team/shop@" + digest);
  }

  @Test
  void aNodeThatDiesLosesItsRoutesAndItsReplicasMove() {
    Application shop = serving(web().replicas(3));
    second.losePower();
    await().atMost(LIMIT).until(() -> !hosts(shop).contains(address(second)));
    assertThat(fixture.route(shop.id()).targets()).isNotEmpty();
    await().atMost(LIMIT).until(() -> fixture.route(shop.id()).targets().size() == 3);
    assertThat(hosts(shop)).doesNotContain(address(second));
    await().atMost(LIMIT).until(() -> fixture.now(shop).status() == ApplicationStatus.RUNNING);
    second.comeBack();
    await().atMost(LIMIT).until(() -> tasks(shop).size() == 3);
    assertThat(fixture.route(shop.id()).targets()).hasSize(3);
  }

  @Test
  void aNewLeaderOfTheSwarmThatKnowsNoPortsCostsNoRoute() {
    Application shop = serving(web().replicas(3));
    List<Target> before = fixture.route(shop.id()).targets();
    second.losesLeader();
    third.losesLeader();
    looksSomeTimes();
    assertThat(fixture.route(shop.id()).targets()).hasSameElementsAs(before);
    runtime.stop();
    runtime = TestRuntime.start(fixture, config(TaskAddress.PUBLISHED), CrashPoints.NONE);
    looksSomeTimes();
    assertThat(fixture.route(shop.id()).targets())
        .as("as seen by a successor, who remembers nothing")
        .hasSameElementsAs(before);
    assertThat(fixture.now(shop).status()).isEqualTo(ApplicationStatus.RUNNING);
  }

  @Test
  void aReplicaThatItsOwnHostHasNoLongerGetsNoRequestThoughTheSwarmStillShowsIt() {
    Application shop = serving(web().replicas(3));
    assertThat(hosts(shop)).contains(address(third));
    third.losesLeader();
    // not before: a look in between would hear it
    var nothing = new NodeContract.Containers(List.of());
    fixture
        .bus
        .answer(NodeContract.CONTAINERS.at(id(third)), asked -> Future.succeededFuture(nothing))
        .await();
    looksSomeTimes();
    assertThat(hosts(shop)).as("while nobody hears it").contains(address(third));
    third.comeBack();
    await().atMost(LIMIT).until(() -> !hosts(shop).contains(address(third)));
    assertThat(tasks(shop)).as("as the Swarm shows them").hasSize(3);
    assertThat(hosts(shop)).containsOnly(address(manager), address(second));
  }

  @Test
  void aHostThatIsDrainedGetsNoMoreRequestsBeforeItsReplicasEnd() {
    Application shop = serving(web().replicas(3));
    assertThat(routedWhenTheSwarmIsTold(shop, second))
        .containsOnly(address(manager), address(third));
    await().atMost(LIMIT).until(() -> fixture.route(shop.id()).targets().size() == 3);
    assertThat(hosts(shop)).doesNotContain(address(second));
  }

  @Test
  void theOnlyReplicaThereIsGetsRequestsUntilItsHostIsDrained() {
    Application shop = serving(web());
    String node = String.valueOf(tasks(shop).getFirst().nodeId());
    MemoryEngine host = node.equals(id(manager)) ? manager : host(node);
    assertThat(routedWhenTheSwarmIsTold(shop, host)).containsOnly(address(host));
    await().atMost(LIMIT).until(() -> !hosts(shop).isEmpty());
    await().atMost(LIMIT).until(() -> !hosts(shop).contains(address(host)));
  }

  /** Has a host drained, and tells where requests went when the Swarm heard of it. */
  private Set<String> routedWhenTheSwarmIsTold(Application shop, MemoryEngine host) {
    AtomicReference<Set<String>> routed = new AtomicReference<>();
    manager.beforeNext("setNodeAvailability", () -> routed.set(hosts(shop)));
    await().atMost(LIMIT).until(() -> fixture.stores.nodes().list().await().size() == 3);
    NodeId drained = new NodeId(id(host));
    fixture.stores.nodes().want(drained, NodeWork.Kind.DRAIN, false, "ada").await();
    return await().atMost(LIMIT).until(routed::get, Objects::nonNull);
  }

  private void looksSomeTimes() {
    long passes = runtime.reconciler().passes();
    await()
        .atMost(LIMIT)
        .until(() -> {
          runtime.ring();
          return runtime.reconciler().passes() > passes + 3;
        });
  }

  @Test
  void anIllReplicaOfAnotherNodeIsRestartedByItsOwnProcess() {
    Application shop = serving(web().replicas(3));
    try (var there = new Fixture(POSTGRES.database(), third, INSTALLATION)) {
      var process = TestRuntime.start(there, config(TaskAddress.PUBLISHED), CrashPoints.NONE);
      String before = on(shop, third);
      fixture.stores.restarts().ask(id(third), before, shop.id(), "GET / answered 500").await();
      await().atMost(LIMIT).until(() -> !before.equals(on(shop, third)));
      await().atMost(LIMIT).until(() -> fixture.stores.restarts().of(id(third)).await().isEmpty());
      assertThat(process.deploys()).as("a worker deploys nothing").isFalse();
      process.stop();
    }
  }

  private String on(Application shop, MemoryEngine engine) {
    return tasks(shop).stream()
        .filter(task -> id(engine).equals(task.nodeId()))
        .map(TaskInfo::container)
        .findFirst()
        .orElse("");
  }

  @Test
  void aVolumeStaysWhereItIsAndItsApplicationFailsAtOnceWhenThatNodeIsDown() {
    Shape shape = web().volume("data", "/data");
    Application two = servingElsewhere(shape);
    String home = placed(two);
    MemoryEngine host = host(home);
    runtime.success(deploy(two, shape));
    assertThat(tasks(two)).extracting(TaskInfo::nodeId).containsExactly(home);

    host.losePower();
    long began = System.nanoTime();
    Deployment refused = runtime.ended(deploy(two, shape));
    assertThat(refused.status()).isEqualTo(DeploymentStatus.FAILED);
    Failure failure = Objects.requireNonNull(refused.failure());
    assertThat(failure.code()).isEqualTo("volume_node_down");
    assertThat(failure.detail()).contains(host.info().hostname());
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LIMIT);
    assertThat(tasks(two)).as("not started elsewhere with an empty volume").isEmpty();

    host.comeBack();
    runtime.success(deploy(two, shape));
    assertThat(tasks(two)).extracting(TaskInfo::nodeId).containsExactly(home);
    assertThat(manager.sharedVolumes()).isEmpty();
  }

  /** Volumes are spread over the nodes, so one of three is on a worker. */
  private Application servingElsewhere(Shape shape) {
    for (int i = 0; i < 3; i++) {
      Application shop = serving(shape);
      if (!placed(shop).equals(id(manager))) {
        return shop;
      }
    }
    throw new AssertionError("Everything was placed on the manager");
  }

  private MemoryEngine host(String node) {
    return node.equals(id(second)) ? second : third;
  }

  private String placed(Application shop) {
    return fixture.stores.volumes().nodeOf(shop.id()).await().orElseThrow();
  }

  @Test
  void aVolumeOfAnotherNodeIsRemovedThereWhenItsApplicationIsDeleted() {
    Shape shape = web().volume("data", "/data");
    Application two = servingElsewhere(shape);
    MemoryEngine host = host(placed(two));
    assertThat(host.volumes(Labels.of(INSTALLATION, two.id()))).hasSize(1);
    try (var there = new Fixture(POSTGRES.database(), host, INSTALLATION)) {
      var process = TestRuntime.start(there, config(TaskAddress.PUBLISHED), CrashPoints.NONE);
      fixture.stores.applications().markDeleting(two.id()).await();
      await()
          .atMost(LIMIT)
          .until(() -> !fixture.stores.applications().deleting().await().contains(two.id()));
      assertThat(host.volumes(Labels.of(INSTALLATION, two.id()))).isEmpty();
      process.stop();
    }
  }

  @Test
  void aReleaseWhoseImageTheRegistryLostIsNotReady() {
    Application shop = serving(web());
    manager.unpublish("registry:5000/team/shop@" + digest);
    manager.removeImage(IMAGE + "-none");
    var release = fixture.stores.releases().list(shop.id(), 1).await().getFirst();
    assertThat(fixture.parts.images().missing(release)).as("it is on this engine").isNull();
  }

  @Test
  void whoLosesTheLeaseStopsReconcilingAndTheOtherManagerBegins() {
    MemoryEngine other = manager.join("fourth", NodeInfo.Role.MANAGER);
    try (var there = new Fixture(POSTGRES.database(), other, INSTALLATION)) {
      var config =
          new RuntimeConfig(
              "other",
              INSTALLATION,
              "example.test",
              TaskAddress.PUBLISHED,
              REGISTRY,
              4,
              KeepConfig.DEFAULTS);
      runtime.reconciler();
      var process = TestRuntime.start(there, config, CrashPoints.NONE);
      assertThat(process.reconciles()).isFalse();
      runtime.stop();
      await().atMost(LIMIT).until(process::reconciles);
      runtime = process;
      Application shop = serving(web().replicas(2));
      assertThat(fixture.route(shop.id()).targets()).hasSize(2);
      process.stop();
    }
    runtime = TestRuntime.start(fixture, config(TaskAddress.PUBLISHED), CrashPoints.NONE);
  }
}
