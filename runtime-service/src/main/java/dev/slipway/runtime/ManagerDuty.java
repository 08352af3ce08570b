package dev.slipway.runtime;

import dev.slipway.contracts.backup.BackupBells;
import dev.slipway.contracts.database.DatabaseBells;
import dev.slipway.contracts.event.Events;
import dev.slipway.docker.EngineEvent;
import dev.slipway.docker.EngineInfo;
import dev.slipway.platform.bus.Subscription;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.LeaseKeeper;
import dev.slipway.platform.lease.Leases;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.SagaRunner;
import dev.slipway.runtime.database.DatabaseKeeper;
import dev.slipway.runtime.database.DatabaseParts;
import dev.slipway.runtime.database.DatabaseSaga;
import dev.slipway.runtime.deploy.DeployParts;
import dev.slipway.runtime.deploy.DeploySaga;
import dev.slipway.runtime.node.ManagerAnswers;
import dev.slipway.runtime.node.NodeLoop;
import dev.slipway.runtime.node.NodeSync;
import dev.slipway.runtime.reconcile.ReconcileParts;
import dev.slipway.runtime.reconcile.Reconciler;
import dev.slipway.runtime.route.Hosts;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.runtime.service.Launcher;
import dev.slipway.runtime.service.Replicas;
import dev.slipway.runtime.service.Stillness;
import dev.slipway.runtime.service.Warrant;
import dev.slipway.store.NodeStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What only a runtime beside a manager of the Swarm does: it runs deployments, and the reconcile
 * loop while it holds the lease of that name. A node may be promoted and demoted, so the engine is
 * asked again and again what it is.
 */
final class ManagerDuty implements EngineWatch.Listener, LeaseKeeper.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(ManagerDuty.class);

  /** Whose holder reconciles; one of all runtimes. */
  private static final String LEASE = "reconcile";

  private static final Duration LOOK_AS_MANAGER = Duration.ofSeconds(30);
  private static final Duration LOOK_AS_WORKER = Duration.ofSeconds(5);

  private final ManagerParts parts;
  private final Vertx vertx;
  private final Replicas replicas;
  private final Launcher launcher;
  private final NodeLoop hosts;
  private volatile @Nullable Reconciler reconciler;
  private volatile @Nullable Work work;
  private volatile @Nullable SagaRunner databases;
  private long timer = -1;
  private boolean stopped;

  /** What runs while the engine is a manager. */
  private record Work(
      SagaRunner runner,
      SagaRunner databases,
      DeploySaga saga,
      LeaseKeeper keeper,
      Subscription bell,
      Subscription databaseBell,
      Subscription answers) {}

  ManagerDuty(ManagerParts parts, Vertx vertx) {
    this.parts = parts;
    this.vertx = vertx;
    this.replicas = new Replicas(parts.base());
    this.launcher = new Launcher(parts.base());
    this.hosts =
        new NodeLoop(
            new NodeSync(
                new NodeStore(parts.stores().database()),
                parts.base().engine(),
                parts.config().installation()));
  }

  /** Succeeds when the first look at the engine has been acted on. */
  Future<Void> start() {
    return look().eventually(this::again);
  }

  private Future<Void> again() {
    if (!stopped) {
      Duration pause = work == null ? LOOK_AS_WORKER : LOOK_AS_MANAGER;
      timer = vertx.setTimer(pause.toMillis(), due -> look().eventually(this::again));
    }
    return Future.succeededFuture();
  }

  private Future<Void> look() {
    return vertx
        .executeBlocking(() -> parts.base().engine().info().swarm(), false)
        .compose(this::become)
        .recover(failure -> {
          LOG.warn("The engine does not tell what it is: {}", failure.getMessage());
          return Future.succeededFuture();
        });
  }

  private Future<Void> become(EngineInfo.Swarm role) {
    boolean manager = role == EngineInfo.Swarm.MANAGER;
    if (manager && work == null && !stopped) {
      return begin();
    }
    if (!manager && work != null) {
      LOG.warn("The engine manages the Swarm no more");
      return end();
    }
    return Future.succeededFuture();
  }

  private Future<Void> begin() {
    RuntimeConfig config = parts.config();
    var saga = new DeploySaga(deployParts(), this::ring);
    var runner =
        new SagaRunner(
            vertx,
            parts.stores().database(),
            Stream.concat(Stream.of(saga), parts.sagas().stream()).toList(),
            RunnerConfig.of(config.owner(), config.concurrency()),
            parts.crashPoints());
    // Of its own: an upgrade waits for its backup as long as that takes, and no deployment for it.
    var databases =
        new SagaRunner(
            vertx,
            parts.stores().database(),
            DatabaseSaga.all(databaseParts(), this::ring),
            RunnerConfig.of(config.owner() + ".databases", config.concurrency()),
            parts.crashPoints());
    this.databases = databases;
    var leases = new Leases(parts.stores().database(), config.owner());
    var keeper = new LeaseKeeper(vertx, leases, LEASE, this);
    // The bus first: when it fails the next look begins anew, and two keepers of one lease in one
    // process would take it from each other.
    return new ManagerAnswers(vertx, parts.bus(), parts.host())
        .start()
        .compose(answers ->
            parts
                .bus()
                .hear(Events.DEPLOYMENTS_AVAILABLE, available -> runner.ring())
                .compose(heard ->
                    parts
                        .bus()
                        .hear(DatabaseBells.AVAILABLE, available -> databases.ring())
                        .compose(both ->
                            Future.all(runner.start(), databases.start())
                                .onSuccess(done -> {
                                  keeper.start();
                                  work =
                                      new Work(
                                          runner, databases, saga, keeper, heard, both, answers);
                                }))))
        .mapEmpty();
  }

  private DatabaseParts databaseParts() {
    return new DatabaseParts(
        parts.stores().databases(),
        parts.base(),
        parts.watch(),
        parts.config().databases(),
        id -> parts.bus().ring(BackupBells.AVAILABLE, new BackupBells.Available(id)));
  }

  private DeployParts deployParts() {
    return new DeployParts(
        parts.stores(),
        parts.base(),
        parts.watch(),
        replicas,
        launcher,
        new Stillness(parts.base(), parts.watch(), launcher),
        new Hosts(parts.config().domain()),
        parts.confirmation(),
        parts.bus());
  }

  private Future<Void> end() {
    Work ending = work;
    work = null;
    if (ending == null) {
      return Future.succeededFuture();
    }
    return ending
        .bell()
        .end()
        .eventually(ending.databaseBell()::end)
        .eventually(ending.answers()::end)
        .eventually(ending.runner()::stop)
        .eventually(ending.databases()::stop)
        .onComplete(done -> ending.saga().close())
        .eventually(ending.keeper()::stop)
        .mapEmpty();
  }

  Future<Void> stop() {
    stopped = true;
    vertx.cancelTimer(timer);
    return end();
  }

  // ---- the reconcile loop

  @Override
  public void acquired(Lease lease) {
    var next =
        new Reconciler(
            new ReconcileParts(
                parts.stores(),
                parts.base(),
                replicas,
                launcher,
                parts.logs(),
                Warrant.of(parts.stores().database(), lease),
                new DatabaseKeeper(
                    parts.stores().databases(),
                    parts.base().engine(),
                    parts.config().installation(),
                    lease,
                    this::ringDatabases,
                    System::nanoTime)));
    reconciler = next;
    next.start();
    hosts.acquired(lease);
  }

  @Override
  public void lost(Lease lease) {
    hosts.lost(lease);
    Reconciler former = reconciler;
    reconciler = null;
    if (former != null) {
      former.close();
    }
  }

  /** Something was written that wants a look at everything. */
  void ring() {
    Reconciler current = reconciler;
    if (current != null) {
      current.ring();
    }
  }

  /** Work on a database was asked for. */
  private void ringDatabases() {
    SagaRunner current = databases;
    if (current != null) {
      current.ring();
    }
  }

  /** Something is wanted of a host. */
  void ringHosts() {
    hosts.ring();
  }

  @Override
  public void heard(EngineEvent event) {
    Reconciler current = reconciler;
    if (current != null) {
      current.heard(event);
    }
  }

  @Override
  public void reread() {
    ring();
  }

  @Nullable Reconciler reconciler() {
    return reconciler;
  }

  /** Whether deployments run here, as beside a manager. */
  boolean deploys() {
    return work != null;
  }

  int running() {
    Work current = work;
    return current == null ? 0 : current.runner().running() + current.databases().running();
  }
}
