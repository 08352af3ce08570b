package dev.slipway.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.ApplicationStatus;
import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.contracts.route.RouteState;
import dev.slipway.contracts.route.RouteTable;
import dev.slipway.contracts.route.Target;
import dev.slipway.contracts.runtime.RuntimeContract;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.runtime.Fixture;
import dev.slipway.runtime.Fixture.Shape;
import dev.slipway.runtime.RuntimeConfig;
import dev.slipway.runtime.TestRuntime;
import dev.slipway.runtime.keep.KeepConfig;
import dev.slipway.runtime.service.Labels;
import dev.slipway.runtime.service.TaskAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReconcilerTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String INSTALLATION = "bbbbbbbbbbbb";
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final MemoryEngine ENGINE = new MemoryEngine();
  private static final String OURS = "slipway-" + INSTALLATION.substring(0, 6) + "/shop:first";
  private static Fixture fixture;
  private static TestRuntime runtime;

  @BeforeAll
  static void stand() {
    ENGINE.hold("shop:1", MemoryImage.web(Fixture.PORT, "one"));
    ENGINE.hold("shop:2", MemoryImage.web(Fixture.PORT, "two"));
    fixture = new Fixture(POSTGRES.database(), ENGINE, INSTALLATION);
    runtime =
        TestRuntime.start(
            fixture,
            new RuntimeConfig(
                "test",
                INSTALLATION,
                "example.test",
                TaskAddress.BRIDGE,
                null,
                4,
                KeepConfig.DEFAULTS),
            CrashPoints.NONE);
  }

  @AfterAll
  static void leave() {
    runtime.stop();
    fixture.close();
  }

  private static Application serving(Shape shape) {
    Application shop = fixture.application(shape);
    runtime.success(fixture.deploy(shop, shape, "shop:1"));
    return shop;
  }

  @Test
  void aServiceRemovedBehindOurBackIsMadeAgain() {
    Application shop = serving(Shape.web(Fixture.PORT));
    String service = ENGINE.services(Labels.of(INSTALLATION, shop.id())).getFirst().name();
    ENGINE.removeService(service);
    runtime.ring();
    await().atMost(LIMIT).until(() -> ENGINE.service(service).isPresent());
    await().atMost(LIMIT).until(() -> fixture.answer(shop.id()).equals("one"));
    await().atMost(LIMIT).until(() -> fixture.log(shop).contains("was made again"));
  }

  @Test
  void aCrashedReplicaLeavesTheRouteAndItsSuccessorEntersIt() {
    Application shop = serving(Shape.web(Fixture.PORT).replicas(2));
    Release release = fixture.stores.releases().get(current(shop)).await();
    var before = fixture.route(shop.id()).targets();
    assertThat(before).hasSize(2);
    ENGINE.crash(fixture.replicas.running(release.id()).getFirst(), 1);
    await().atMost(LIMIT).until(() -> !fixture.route(shop.id()).targets().equals(before));
    await().atMost(LIMIT).until(() -> fixture.route(shop.id()).targets().size() == 2);
    await().atMost(LIMIT).until(() -> fixture.now(shop).status() == ApplicationStatus.RUNNING);
  }

  @Test
  void stoppingAndStartingFollowWhatItsOwnerWants() {
    Application shop = serving(Shape.web(Fixture.PORT));
    fixture.stores.applications().setStopped(shop.id(), true).await();
    await().atMost(LIMIT).until(() -> fixture.now(shop).status() == ApplicationStatus.STOPPED);
    await().atMost(LIMIT).until(() -> fixture.route(shop.id()).state() == RouteState.STOPPED);
    await().atMost(LIMIT).until(() -> fixture.replicas.running(current(shop)).isEmpty());
    fixture.stores.applications().setStopped(shop.id(), false).await();
    await().atMost(LIMIT).until(() -> fixture.route(shop.id()).state() == RouteState.SERVING);
    assertThat(fixture.answer(shop.id())).isEqualTo("one");
  }

  @Test
  void anIllReplicaIsRestarted() {
    Application shop = serving(Shape.web(Fixture.PORT).with(new HealthCheck("/", 1, 1, 2, 2)));
    Release release = fixture.stores.releases().get(current(shop)).await();
    String replica = fixture.replicas.running(release.id()).getFirst();
    runtime
        .reconciler()
        .ill(
            new HealthWatch.Patient(
                shop.id(),
                fixture.replicas.of(release).getFirst(),
                release.spec().config().healthCheck(),
                false,
                shop.name()),
            "GET / answered 500");
    await()
        .atMost(LIMIT)
        .until(() -> {
          List<String> running = fixture.replicas.running(release.id());
          return running.size() == 1 && !running.contains(replica);
        });
    await().atMost(LIMIT).until(() -> fixture.log(shop).contains("2 health checks in a row"));
  }

  @Test
  void aWarmReleaseCoolsDownWhenItsTimeIsOver() {
    Shape quick = Shape.web(Fixture.PORT).keepWarm(0);
    Application shop = fixture.application(quick);
    Deployment first = runtime.success(fixture.deploy(shop, quick, "shop:1"));
    runtime.success(fixture.deploy(shop, quick, "shop:2"));
    await().atMost(LIMIT).until(() -> fixture.release(first).state() == ReleaseState.COLD);
    Release cold = fixture.release(first);
    await().atMost(LIMIT).until(() -> fixture.launcher.find(cold).orElseThrow().replicas() == 0);
    runtime.success(fixture.deploy(shop, cold.id()));
    assertThat(fixture.answer(shop.id())).isEqualTo("one");
  }

  @Test
  void theTenthReleaseBeforeIsRemovedWithItsServiceAndItsImageOnlyWhenNobodyElseUsesIt() {
    Shape quick = Shape.web(Fixture.PORT).keepWarm(0);
    Application shop = fixture.application(quick);
    ENGINE.hold(OURS, MemoryImage.web(Fixture.PORT, "first"));
    Deployment first = runtime.success(fixture.deploy(shop, quick, OURS));
    Release oldest = fixture.release(first);
    for (int n = 0; n < 10; n++) {
      runtime.success(fixture.deploy(shop, quick, "shop:" + (1 + n % 2)));
    }
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> fixture.release(first).state() == ReleaseState.REMOVED);
    await().atMost(LIMIT).until(() -> ENGINE.image(OURS).isEmpty());
    assertThat(fixture.launcher.find(oldest)).isEmpty();
    assertThat(ENGINE.image("shop:1")).isPresent();
    var ready =
        fixture
            .bus
            .ask(RuntimeContract.RELEASE_READY, new RuntimeContract.ReleaseReady(oldest.id()))
            .await();
    assertThat(ready.ready()).isFalse();
    assertThat(ready.reason()).contains("not kept any more");
  }

  @Test
  void aDeletedApplicationLeavesNothing() {
    Shape shape = Shape.web(Fixture.PORT).volume("data", "/data");
    Application shop = fixture.application(shape);
    runtime.success(fixture.deploy(shop, shape, "shop:1"));
    fixture.stores.applications().markDeleting(shop.id()).await();
    await()
        .atMost(LIMIT)
        .until(() -> !fixture.stores.applications().deleting().await().contains(shop.id()));
    assertThat(ENGINE.services(Labels.of(INSTALLATION, shop.id()))).isEmpty();
    assertThat(ENGINE.volumes(Labels.of(INSTALLATION, shop.id()))).isEmpty();
  }

  @Test
  void onlyOrphansOfOursAreRemovedAndOnlyAfterTheirGrace() {
    Application shop = serving(Shape.web(Fixture.PORT));
    // its saga ends a moment after the deployment has
    await()
        .atMost(LIMIT)
        .until(() -> !fixture.stores.serving().inHands().await().contains(shop.id()));
    service("orphan", INSTALLATION, shop.id().value(), "rel_nobody");
    service("stranger", "cccccccccccc", shop.id().value(), "rel_nobody");
    AtomicLong clock = new AtomicLong();
    Orphans orphans = new Orphans(fixture.reconcileParts(), clock::get);
    // its deployment serves a moment before its saga is over
    await().atMost(LIMIT).until(() -> !picture().inHands().contains(shop.id()));
    orphans.pass(picture());
    clock.set(Orphans.GRACE.toNanos() - 1);
    orphans.pass(picture());
    assertThat(ENGINE.service("orphan")).isPresent();
    clock.set(Orphans.GRACE.toNanos());
    orphans.pass(picture());
    assertThat(ENGINE.service("orphan")).isEmpty();
    assertThat(ENGINE.service("stranger")).isPresent();
    assertThat(ENGINE.services(Labels.of(INSTALLATION, shop.id()))).hasSize(1);
  }

  @Test
  void anEngineThatGoesAwayAndComesBackIsFollowedAgain() {
    Application shop = serving(Shape.web(Fixture.PORT));
    ENGINE.down(true);
    runtime.ring();
    ENGINE.down(false);
    Release release = fixture.stores.releases().get(current(shop)).await();
    ENGINE.crash(fixture.replicas.running(release.id()).getFirst(), 1);
    await().atMost(LIMIT).until(() -> fixture.answer(shop.id()).equals("one"));
  }

  @Test
  void aLookThatBeganBeforeASwitchLeavesTheRouteOfTheNewReleaseAlone() {
    Application shop = serving(Shape.web(Fixture.PORT));
    RouteTable routes = fixture.stores.routes().table().await();
    Picture.Shown shown = shown();
    runtime.success(fixture.deploy(shop, Shape.web(Fixture.PORT), "shop:2"));
    List<Target> proven = fixture.route(shop.id()).targets();
    long version = fixture.stores.routes().version().await();
    tending().tend(Picture.take(fixture.stores, routes, shown));
    assertThat(fixture.stores.routes().version().await()).isEqualTo(version);
    assertThat(fixture.route(shop.id()).targets()).isEqualTo(proven).isNotEmpty();
  }

  @Test
  void aReplicaThatWasSeenBeforeItsRouteIsAsInnocentAsOneThatWasSeenAfter() {
    Application shop = serving(Shape.web(Fixture.PORT));
    RouteTable routes = fixture.stores.routes().table().await();
    runtime.success(fixture.deploy(shop, Shape.web(Fixture.PORT), "shop:2"));
    List<Target> proven = fixture.route(shop.id()).targets();
    long version = fixture.stores.routes().version().await();
    Tending tending = tending();
    tending.tend(Picture.take(fixture.stores, routes, shown()));
    tending.tend(picture());
    assertThat(fixture.stores.routes().version().await()).isEqualTo(version);
    assertThat(fixture.route(shop.id()).targets()).isEqualTo(proven).isNotEmpty();
  }

  /** As the reconcile loop tends, but without a single look at the health of anything. */
  private static Tending tending() {
    return new Tending(
        fixture.reconcileParts(),
        new HealthWatch(
            new HealthWatch.Listener() {
              @Override
              public void changed(ApplicationId application) {}

              @Override
              public void ill(HealthWatch.Patient patient, String detail) {}
            }));
  }

  private static Picture picture() {
    return Picture.take(fixture.stores, fixture.stores.routes().table().await(), shown());
  }

  private static Picture.Shown shown() {
    return new Picture.Shown(
        ENGINE.containers(Labels.ours(INSTALLATION)),
        fixture.parts.nodes().now(),
        Map.of(),
        ENGINE.services(Labels.ours(INSTALLATION)));
  }

  private static void service(
      String name, String installation, String application, String release) {
    Map<String, String> labels = new HashMap<>(Labels.ours(installation));
    labels.put(Labels.APPLICATION, application);
    labels.put(Labels.RELEASE, release);
    ENGINE.createService(ServiceSpec.of(name, "shop:1").labelsEverywhere(labels).build());
  }

  private static dev.slipway.contracts.deployment.ReleaseId current(Application shop) {
    var current = fixture.now(shop).currentReleaseId();
    if (current == null) {
      throw new AssertionError("It does not serve");
    }
    return current;
  }
}
