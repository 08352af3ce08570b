package dev.slipway.runtime;

import dev.slipway.contracts.backup.BackupBells;
import dev.slipway.contracts.database.DatabaseBells;
import dev.slipway.contracts.event.Events;
import dev.slipway.docker.EngineEvent;
import dev.slipway.docker.EngineInfo;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.bus.Subscription;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.LeaseKeeper;
import dev.slipway.platform.lease.Leases;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.SagaRunner;
import dev.slipway.runtime.database.DatabaseKeeper;
import dev.slipway.runtime.database.DatabaseParts;
import dev.slipway.runtime.database.DatabaseSaga;
import dev.slipway.runtime.deploy.BeforeDeploySaga;
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
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
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
  private static final Duration DETOUR_LIMIT = Duration.ofSeconds(5);

  /** Who waits for a backup does nothing but look at a row; the next one must not wait for that. */
  private static final int WAITING = 200;

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
      Runners runners,
      LeaseKeeper keeper,
      Subscription bell,
      Subscription databaseBell,
      Subscription answers) {}

  /**
   * Three, so that nothing has to wait for a place behind what waits by its nature: a deployment
   * for its backups, and an upgrade of a database for its own, each for as long as that takes.
   */
  private record Runners(
      DeploySaga deploys,
      BeforeDeploySaga waits,
      SagaRunner deployments,
      SagaRunner waiting,
      SagaRunner databases) {

    /** Has failed only when each of them has started or failed. */
    Future<Void> start() {
      return Future.join(deployments.start(), waiting.start(), databases.start()).mapEmpty();
    }

    void ringDeployments() {
      deployments.ring();
      waiting.ring();
    }

    int running() {
      return deployments.running() + waiting.running() + databases.running();
    }

    Future<Void> stop() {
      return Future.join(deployments.stop(), waiting.stop(), databases.stop())
          .onComplete(done -> {
            deploys.close();
            waits.close();
          })
          .mapEmpty();
    }
  }

  ManagerDuty(ManagerParts parts, Vertx vertx) {
    this.parts = parts;
    this.vertx = vertx;
    this.replicas = new Replicas(parts.base());
    this.launcher = new Launcher(parts.base());
    this.hosts =
        new NodeLoop(
            new NodeSync(
                parts.stores().nodes(),
                parts.base().engine(),
                parts.config().installation(),
                this::ledPast));
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
    Runners runners = runners();
    this.databases = runners.databases();
    var leases = new Leases(parts.stores().database(), parts.config().owner());
    var keeper = new LeaseKeeper(vertx, leases, LEASE, this);
    // The bus first: when it fails the next look begins anew, and two keepers of one lease in one
    // process would take it from each other.
    return new ManagerAnswers(vertx, parts.bus(), parts.host())
        .start()
        .compose(answers -> orEnd(answers, heard(runners, keeper, answers)))
        // the next look begins anew: nothing of this one may go on looking for work under its name
        .recover(failure -> runners.stop().transform(stopped -> Future.failedFuture(failure)));
  }

  private Future<Void> heard(Runners runners, LeaseKeeper keeper, Subscription answers) {
    Bus bus = parts.bus();
    return bus.hear(Events.DEPLOYMENTS_AVAILABLE, available -> runners.ringDeployments())
        .compose(heard ->
            orEnd(
                heard,
                bus.hear(DatabaseBells.AVAILABLE, available -> runners.databases().ring())
                    .compose(both ->
                        orEnd(
                            both,
                            runners
                                .start()
                                .onSuccess(done -> {
                                  keeper.start();
                                  work = new Work(runners, keeper, heard, both, answers);
                                })))));
  }

  /** What was begun before ends with the failure of what follows it. */
  private static Future<Void> orEnd(Subscription begun, Future<Void> next) {
    return next.recover(failure -> begun.end().transform(ended -> Future.failedFuture(failure)));
  }

  private Runners runners() {
    RuntimeConfig config = parts.config();
    var deploys = new DeploySaga(deployParts(), this::ring);
    var waits =
        new BeforeDeploySaga(
            deployParts(), config.backupsWithin(), config.backupsTold(), this::ring);
    List<Saga> others = parts.sagas();
    return new Runners(
        deploys,
        waits,
        runner(
            "", Stream.concat(Stream.of(deploys), others.stream()).toList(), config.concurrency()),
        runner(".before-deploy", List.of(waits), WAITING),
        runner(".databases", DatabaseSaga.all(databaseParts(), this::ring), config.concurrency()));
  }

  /**
   * A runner of some sagas.
   *
   * @param name goes behind this process's: no two runners share one
   * @param places how many of them it runs at a time
   */
  private SagaRunner runner(String name, List<? extends Saga> sagas, int places) {
    RuntimeConfig config = parts.config();
    return new SagaRunner(
        vertx,
        parts.stores().database(),
        sagas,
        RunnerConfig.of(config.owner() + name, places),
        parts.crashPoints());
  }

  private DatabaseParts databaseParts() {
    return new DatabaseParts(
        parts.stores().databases(),
        parts.base(),
        parts.watch(),
        parts.config().databases(),
        parts.config().backupsTold(),
        parts.config().upgradeBackupWithin(),
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
        .eventually(ending.runners()::stop)
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

  /** The reconcile loop changes the routes, the ingresses confirm them. */
  private boolean ledPast() throws InterruptedException {
    Reconciler current = reconciler;
    return current != null
        && current.looksAnew(DETOUR_LIMIT)
        && parts.confirmation().await(DETOUR_LIMIT);
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
    return current == null ? 0 : current.runners().running();
  }
}
