package dev.slipway.runtime;

import dev.slipway.contracts.runtime.RuntimeContract;
import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.bus.Subscription;
import dev.slipway.platform.lease.Leases;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.Listener;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.secrets.EnvelopeVault;
import dev.slipway.runtime.backup.PauseKeeper;
import dev.slipway.runtime.insight.DatabaseAnswers;
import dev.slipway.runtime.insight.InsightParts;
import dev.slipway.runtime.keep.Housekeeping;
import dev.slipway.runtime.logs.RuntimeLogs;
import dev.slipway.runtime.node.HostDuty;
import dev.slipway.runtime.node.HostParts;
import dev.slipway.runtime.reconcile.Reconciler;
import dev.slipway.runtime.route.Confirmation;
import dev.slipway.runtime.secret.RotateSaga;
import dev.slipway.runtime.service.AttachWatch;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.runtime.service.NodeRequests;
import dev.slipway.runtime.service.RuntimeParts;
import dev.slipway.store.NodeStore;
import dev.slipway.store.PauseStore;
import dev.slipway.store.RestartStore;
import dev.slipway.store.RouteStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Brings releases into service, keeps them there, and brings their output home. On a manager of the
 * Swarm it deploys and competes for the reconcile loop; on every node it does that node's own work.
 * Deploy it as an event-loop verticle: it only accepts; the work is done on virtual threads.
 */
public final class RuntimeService extends VerticleBase {
  private final RuntimeConfig config;
  private final Stores stores;
  private final Bus bus;
  private final DockerEngine engine;
  private final CrashPoints crashPoints;
  private final List<Saga> sagas;
  private volatile @Nullable ManagerDuty duty;
  private final List<Stop> stops = new ArrayList<>();

  private interface Stop {
    Future<?> stop();
  }

  /**
   * The database, opened twice.
   *
   * @param truth for everything that must be on the disk before it is answered
   * @param relaxed for logs, which may lose their last moment in a power cut
   */
  public record Databases(Database truth, Database relaxed) {}

  /** A runtime; deploy it as an event-loop verticle. */
  public RuntimeService(
      RuntimeConfig config,
      Databases databases,
      Bus bus,
      DockerEngine engine,
      EnvelopeVault vault) {
    this(
        config,
        Stores.of(databases.truth(), databases.relaxed(), vault),
        bus,
        engine,
        CrashPoints.fromEnvironment(System.getenv()),
        List.of(new RotateSaga(databases.truth(), vault)));
  }

  /** For tests, without any other long work than deployments. */
  RuntimeService(
      RuntimeConfig config, Stores stores, Bus bus, DockerEngine engine, CrashPoints crashPoints) {
    this(config, stores, bus, engine, crashPoints, List.of());
  }

  private RuntimeService(
      RuntimeConfig config,
      Stores stores,
      Bus bus,
      DockerEngine engine,
      CrashPoints crashPoints,
      List<Saga> sagas) {
    this.config = config;
    this.sagas = sagas;
    this.stores = stores;
    this.bus = bus;
    this.engine = engine;
    this.crashPoints = crashPoints;
  }

  @Override
  public Future<?> start() {
    var parts =
        RuntimeParts.of(
            engine,
            config.installation(),
            config.taskAddress(),
            config.registry(),
            stores.volumes(),
            bus,
            System.getenv("SLIPWAY_ATTACH"));
    var watch = new EngineWatch(engine, config.installation());
    var logs = new RuntimeLogs(vertx, engine, stores, bus, config.installation());
    var confirmation = new Confirmation(stores.routes());
    var requests =
        new NodeRequests(engine, stores.restarts(), stores.volumes(), stores.databases().servers());
    var host = config.host(stores, engine);
    var duty =
        new ManagerDuty(
            new ManagerParts(
                config, stores, bus, parts, host, watch, logs, confirmation, crashPoints, sagas),
            vertx);
    this.duty = duty;
    watch.tell(duty).tell(logs);
    var databases =
        new InsightParts(
                stores.databases().rows(),
                engine,
                config.installation(),
                config.databases(),
                config.addresses())
            .answers(vertx, bus);
    return tendsItsHost(host, logs, databases)
        .compose(done -> databases.start().onSuccess(this::endLater))
        .compose(done -> answersRequests(requests))
        .compose(done -> attaches(parts))
        .compose(done -> manages(duty))
        .compose(done -> offersReadiness(parts))
        .compose(done -> hears(duty, requests, confirmation))
        .compose(done -> watches(watch));
  }

  private Future<?> offersReadiness(RuntimeParts parts) {
    var readiness = new ReleaseReadiness(vertx, stores.releases(), parts.images());
    return bus.answer(RuntimeContract.RELEASE_READY, readiness::answer).onSuccess(this::endLater);
  }

  /** Answers for its host and brings its output home, while no other process does. */
  private Future<?> tendsItsHost(HostParts host, RuntimeLogs logs, DatabaseAnswers databases) {
    var leases = new Leases(stores.database(), config.owner());
    var house = new Housekeeping(config.keep(), stores.database(), config.owner());
    var clearsUp = house.ofNode(engine, config.installation(), config.registry() != null);
    var pauses = new PauseKeeper(new PauseStore(stores.database()), engine, config.installation());
    var duty = new HostDuty(vertx, bus, leases, host, List.of(logs, clearsUp, databases, pauses));
    stops.addFirst(house::stop);
    house.start();
    stops.addFirst(duty::stop);
    stops.addFirst(logs::halt);
    return duty.start();
  }

  private Future<?> answersRequests(NodeRequests requests) {
    stops.addFirst(closing(requests::close));
    requests.start();
    return Future.succeededFuture();
  }

  private Future<?> attaches(RuntimeParts parts) {
    if (parts.attachments().wanted()) {
      var watch = new AttachWatch(parts);
      stops.addFirst(closing(watch::close));
      watch.start();
    }
    return Future.succeededFuture();
  }

  private Future<?> manages(ManagerDuty duty) {
    stops.addFirst(duty::stop);
    return duty.start();
  }

  private Future<?> watches(EngineWatch watch) {
    stops.addFirst(closing(watch::close));
    watch.start();
    return Future.succeededFuture();
  }

  /** One connection for all that the database rings about, whoever wrote it. */
  private Future<?> hears(ManagerDuty duty, NodeRequests requests, Confirmation confirmation) {
    var changes =
        new Listener(vertx, stores.database().url())
            .on("events", event -> duty.ring())
            .on(RouteStore.CHANGED, change -> duty.ring())
            .on(RouteStore.APPLIED, told -> confirmation.ring())
            .on(RestartStore.ASKED, asked -> requests.ring())
            .on(NodeStore.WANTED, wanted -> duty.ringHosts())
            .onConnected(() -> {
              duty.ring();
              requests.ring();
            });
    stops.addFirst(changes::stop);
    return changes.start();
  }

  private void endLater(Subscription subscription) {
    stops.addFirst(subscription::end);
  }

  private static Stop closing(Runnable close) {
    return () -> {
      close.run();
      return Future.succeededFuture();
    };
  }

  /** For tests: the reconcile loop, if it is this process's just now. */
  @Nullable Reconciler reconciler() {
    return duty().reconciler();
  }

  /** For tests, once started. */
  ManagerDuty duty() {
    return Objects.requireNonNull(duty);
  }

  /** How many deployments run here just now. */
  public int running() {
    ManagerDuty managing = duty;
    return managing == null ? 0 : managing.running();
  }

  /** In the opposite order of the start: first no new work, last what the work leans on. */
  @Override
  public Future<?> stop() {
    Future<?> stopped = Future.succeededFuture();
    for (Stop next : List.copyOf(stops)) {
      stopped = stopped.eventually(next::stop);
    }
    return stopped;
  }
}
