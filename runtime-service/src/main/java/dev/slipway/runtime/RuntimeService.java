package dev.slipway.runtime;

import dev.slipway.contracts.event.Events;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.runtime.RuntimeContract;
import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.bus.Subscription;
import dev.slipway.platform.lease.LeaseKeeper;
import dev.slipway.platform.lease.Leases;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.Listener;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.SagaRunner;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.runtime.deploy.DeployParts;
import dev.slipway.runtime.deploy.DeploySaga;
import dev.slipway.runtime.keep.Housekeeping;
import dev.slipway.runtime.logs.RuntimeLogs;
import dev.slipway.runtime.node.HostDuty;
import dev.slipway.runtime.node.HostParts;
import dev.slipway.runtime.node.ManagerAnswers;
import dev.slipway.runtime.node.NodeLoop;
import dev.slipway.runtime.node.NodeSync;
import dev.slipway.runtime.reconcile.ReconcileParts;
import dev.slipway.runtime.reconcile.Reconciler;
import dev.slipway.runtime.route.Confirmation;
import dev.slipway.runtime.route.Hosts;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.runtime.service.Launcher;
import dev.slipway.runtime.service.Names;
import dev.slipway.runtime.service.Replicas;
import dev.slipway.store.NodeStore;
import dev.slipway.store.RouteStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Brings releases into service, keeps them there, and brings their output home. Deploy it as an
 * event-loop verticle: it only accepts; the work is done on virtual threads.
 */
public final class RuntimeService extends VerticleBase {
  private final RuntimeConfig config;
  private final Stores stores;
  private final Bus bus;
  private final DockerEngine engine;
  private final CrashPoints crashPoints;
  private @Nullable Reconciler reconciler;
  private volatile @Nullable SagaRunner runner;
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
      RuntimeConfig config, Databases databases, Bus bus, DockerEngine engine, Vault vault) {
    this(
        config,
        Stores.of(databases.truth(), databases.relaxed(), vault),
        bus,
        engine,
        CrashPoints.fromEnvironment(System.getenv()));
  }

  RuntimeService(
      RuntimeConfig config, Stores stores, Bus bus, DockerEngine engine, CrashPoints crashPoints) {
    this.config = config;
    this.stores = stores;
    this.bus = bus;
    this.engine = engine;
    this.crashPoints = crashPoints;
  }

  @Override
  public Future<?> start() {
    var names = new Names(config.installation());
    var watch = new EngineWatch(engine, config.installation());
    var replicas = new Replicas(engine, config.installation(), config.taskAddress());
    var launcher = new Launcher(engine, watch, names, config.taskAddress());
    var logs = new RuntimeLogs(vertx, engine, stores, bus, config.installation());
    var confirmation = new Confirmation(stores.routes());
    boolean registry = config.registry() != null;
    var reconciler =
        new Reconciler(
            new ReconcileParts(
                stores, engine, replicas, launcher, logs, config.installation(), registry));
    this.reconciler = reconciler;
    var deploys =
        new DeploySaga(
            new DeployParts(
                stores,
                engine,
                watch,
                replicas,
                launcher,
                new Hosts(config.domain()),
                confirmation,
                bus,
                registry),
            reconciler::ring);
    var runner =
        new SagaRunner(
            vertx,
            stores.database(),
            List.of(deploys),
            RunnerConfig.of(config.owner(), config.concurrency()),
            crashPoints);
    this.runner = runner;
    var loop =
        new NodeLoop(
            new NodeSync(new NodeStore(stores.database()), engine, config.installation()));
    watch.tell(reconciler).tell(logs);
    return offersReadiness()
        .compose(done -> collectsOutput(logs))
        .compose(done -> reconciles(reconciler))
        .compose(done -> hears(reconciler, confirmation, loop))
        .compose(done -> watches(watch))
        .compose(done -> tendsHosts(loop))
        .compose(done -> deploys(runner, deploys));
  }

  /** Answers for its own host, and looks after all of them while it leads. */
  private Future<?> tendsHosts(NodeLoop loop) {
    var leases = new Leases(stores.database(), config.owner());
    var host =
        new HostParts(
            config.owner(),
            config.installation(),
            stores,
            engine,
            config.registry(),
            null,
            config.taskAddress().wire());
    var house = new Housekeeping(config.keep(), stores.database(), config.owner());
    stops.addFirst(house::stop);
    house.start();
    var duty =
        new HostDuty(
            vertx,
            bus,
            leases,
            host,
            node ->
                house.ofNode(
                    engine, node.value(), config.installation(), config.registry() != null));
    var leads = new LeaseKeeper(vertx, leases, "reconcile", loop);
    stops.addFirst(duty::stop);
    stops.addFirst(leads::stop);
    leads.start();
    return duty.start()
        .compose(done -> new ManagerAnswers(vertx, bus, host).start())
        .onSuccess(this::endLater);
  }

  private Future<?> offersReadiness() {
    var readiness =
        new ReleaseReadiness(vertx, stores.releases(), engine, config.registry() != null);
    return bus.answer(RuntimeContract.RELEASE_READY, readiness::answer).onSuccess(this::endLater);
  }

  /** Of this node's containers, while this process and no other answers for them. */
  private Future<?> collectsOutput(RuntimeLogs logs) {
    var leases = new Leases(stores.database(), config.owner());
    return vertx
        .executeBlocking(() -> Objects.requireNonNullElse(engine.info().nodeId(), "none"))
        .onSuccess(node -> {
          var keeper = new LeaseKeeper(vertx, leases, LogStreams.writer(node), logs);
          stops.addFirst(keeper::stop);
          stops.addFirst(logs::halt);
          keeper.start();
        });
  }

  private Future<?> watches(EngineWatch watch) {
    stops.addFirst(closing(watch::close));
    watch.start();
    return Future.succeededFuture();
  }

  private Future<?> reconciles(Reconciler reconciler) {
    stops.addFirst(closing(reconciler::close));
    reconciler.start();
    return Future.succeededFuture();
  }

  /** One connection for all that the database rings about, whoever wrote it. */
  private Future<?> hears(Reconciler reconciler, Confirmation confirmation, NodeLoop loop) {
    var changes =
        new Listener(vertx, stores.database().url())
            .on("events", event -> reconciler.ring())
            .on(RouteStore.CHANGED, change -> reconciler.ring())
            .on(RouteStore.APPLIED, told -> confirmation.ring())
            .on(NodeStore.WANTED, wanted -> loop.ring())
            .onConnected(reconciler::ring);
    stops.addFirst(changes::stop);
    return changes.start();
  }

  private Future<?> deploys(SagaRunner runner, DeploySaga saga) {
    stops.addFirst(closing(saga::close));
    stops.addFirst(runner::stop);
    return runner
        .start()
        .compose(done -> bus.hear(Events.DEPLOYMENTS_AVAILABLE, available -> runner.ring()))
        .onSuccess(this::endLater);
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

  /** For tests, once started. */
  Reconciler reconciler() {
    return Objects.requireNonNull(reconciler);
  }

  /** How many deployments run here just now. */
  public int running() {
    SagaRunner deploys = runner;
    return deploys == null ? 0 : deploys.running();
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
