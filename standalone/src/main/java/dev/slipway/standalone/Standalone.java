package dev.slipway.standalone;

import dev.slipway.backup.BackupService;
import dev.slipway.backup.run.BackupConfig;
import dev.slipway.builder.run.BuilderConfig;
import dev.slipway.builder.run.BuilderService;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.EngineInfo;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.gateway.GatewayConfig;
import dev.slipway.gateway.GatewayService;
import dev.slipway.gateway.StartingDoor;
import dev.slipway.gateway.auth.OperatorKey;
import dev.slipway.gateway.http.Contract;
import dev.slipway.gateway.people.FirstOwner;
import dev.slipway.platform.boot.LeanVertx;
import dev.slipway.platform.boot.Readiness;
import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.boot.ShutdownScript;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.cluster.Cluster;
import dev.slipway.platform.cluster.Heartbeat;
import dev.slipway.platform.cluster.InstallationId;
import dev.slipway.platform.cluster.ProcessIdentity;
import dev.slipway.platform.cluster.ProcessRegister.Beat;
import dev.slipway.platform.cluster.Role;
import dev.slipway.platform.cluster.StartPhase;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.health.HealthChecks;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.DatabaseUrl;
import dev.slipway.platform.pg.EmbeddedPostgres;
import dev.slipway.platform.pg.Migrations;
import dev.slipway.platform.secrets.EnvelopeVault;
import dev.slipway.platform.secrets.MasterKeys;
import dev.slipway.runtime.RuntimeConfig;
import dev.slipway.runtime.RuntimeService;
import dev.slipway.store.InstallationStore;
import dev.slipway.store.KeyStore;
import dev.slipway.store.ProcessStore;
import dev.slipway.store.Resealing;
import dev.slipway.store.UserStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Brings all services up in one process, in an order that can be read aloud, and down again. */
final class Standalone {
  private static final int TRUTH_CONNECTIONS = 12;
  private static final int LOG_CONNECTIONS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final StandaloneConfig config;
  private final Settings settings;
  private final String installation;
  private final ShutdownScript shutdown = new ShutdownScript();
  private final Readiness readiness = new Readiness("services");
  private volatile StartPhase phase = StartPhase.PENDING;
  private volatile IntSupplier running = () -> 0;
  private volatile int limit;

  private Standalone(StandaloneConfig config, Settings settings, String installation) {
    this.config = config;
    this.settings = settings;
    this.installation = installation;
  }

  /** Returns when everything answers. */
  static void start(Settings settings) {
    StandaloneConfig config = StandaloneConfig.from(settings);
    settings.check();
    new Standalone(config, settings, InstallationFile.of(config.data())).start();
  }

  private void start() {
    // What takes its time and needs nobody else goes side by side.
    Contract.preload();
    CompletableFuture<Postgres> postgres = CompletableFuture.supplyAsync(this::postgres);
    GatewayConfig gateway = GatewayConfig.from(settings);
    MasterKeys masters = MasterKeys.from(settings, config.data());
    settings.check();
    Vertx vertx = Vertx.vertx(LeanVertx.options(2));
    Role.Door door = StartingDoor.open(vertx, gateway, () -> phase).await();
    DockerEngine engine = JavaDockerEngine.at(config.dockerHost());
    EngineInfo seen = manager(engine);
    Postgres truth = postgres.join();
    phase = StartPhase.INSTALLING;
    DatabaseUrl url = truth.url();
    DatabaseUrlFile.write(config.data(), url);
    Migrations.run(vertx, url).await();
    var databases =
        new Databases(
            Database.connect(vertx, url, TRUTH_CONNECTIONS),
            Database.connectRelaxed(vertx, url, LOG_CONNECTIONS));
    InstallationId.mustAgree(
        installation,
        new InstallationStore(databases.truth()).idOr(installation).await(),
        "SLIPWAY_DATA");
    EnvelopeVault vault = EnvelopeVault.open(databases.truth(), masters, owner()).await();
    new Resealing(databases.truth(), vault).sealPlain();
    OperatorKey.ensure(config.data(), new KeyStore(databases.truth()));
    FirstOwner.ensure(settings, new UserStore(databases.truth()));
    Heartbeat heartbeat = heartbeat(vertx, databases, seen);
    installShutdown(vertx, engine, truth, gateway.drain(), heartbeat);
    var bus = new Bus(vertx, "standalone");
    deployWorkers(vertx, databases, engine, bus, vault, seen.nodeId());
    heartbeat.start(owner()).await();
    door.close().await();
    deployGateway(new Cluster.Alone(vertx), databases, engine, bus, gateway, vault);
    readiness.reached("services");
    heartbeat.beat().await();
  }

  /** The same at every start: what a killed process held is taken over at once. */
  private String owner() {
    return "standalone-" + installation;
  }

  private Heartbeat heartbeat(Vertx vertx, Databases databases, EngineInfo engine) {
    ProcessIdentity self = ProcessIdentity.of(owner(), "standalone");
    return new Heartbeat(
        vertx,
        new ProcessStore(databases.truth()),
        usage ->
            Future.succeededFuture(
                new Beat(
                    self,
                    engine.nodeId(),
                    null,
                    0,
                    readiness.isReady(),
                    readiness.isDraining(),
                    usage.with(running.getAsInt(), limit))));
  }

  private record Databases(Database truth, Database relaxed) {}

  private record Postgres(@Nullable EmbeddedPostgres embedded, DatabaseUrl url) {}

  private Postgres postgres() {
    if (config.databaseUrl().isPresent()) {
      return new Postgres(null, config.databaseUrl().get());
    }
    EmbeddedPostgres embedded = EmbeddedPostgres.start(config.data().resolve("postgres"));
    return new Postgres(embedded, embedded.url());
  }

  /**
   * An engine that does not answer, or is no Swarm manager, is told now and not at the first
   * deployment.
   */
  private EngineInfo manager(DockerEngine engine) {
    try {
      EngineInfo info = engine.info();
      if (info.swarm() != EngineInfo.Swarm.MANAGER) {
        throw new SetupFailure(
            "The container engine is not a Swarm manager: run 'docker swarm init' on this host, or"
                + " './slipway up', which does it.");
      }
      return info;
    } catch (DockerProblem e) {
      throw new SetupFailure(
          "The container engine at "
              + config.dockerHost()
              + " does not answer: start it ('./slipway up' does), or point SLIPWAY_DOCKER_HOST at"
              + " one.",
          e);
    }
  }

  private void deployWorkers(
      Vertx vertx,
      Databases databases,
      DockerEngine engine,
      Bus bus,
      EnvelopeVault vault,
      @Nullable String node) {
    var builder = BuilderConfig.from(settings, owner(), installation);
    var runtime = RuntimeConfig.from(settings, owner(), installation);
    var backup = BackupConfig.from(settings, owner(), installation);
    settings.check();
    var runtimes =
        new RuntimeService(
            runtime,
            new RuntimeService.Databases(databases.truth(), databases.relaxed()),
            bus,
            engine,
            vault);
    var builders =
        new BuilderService(
            builder,
            new BuilderService.Databases(databases.truth(), databases.relaxed()),
            bus,
            engine,
            vault);
    var backups =
        new BackupService(
            backup,
            new BackupService.Databases(databases.truth(), databases.relaxed()),
            bus,
            engine,
            vault,
            node);
    running = () -> runtimes.running() + builders.running() + backups.running();
    limit = runtime.concurrency() + builder.concurrency() + backup.concurrency();
    vertx.deployVerticle(runtimes).await();
    vertx.deployVerticle(builders).await();
    vertx.deployVerticle(backups).await();
  }

  private static void deployGateway(
      Cluster.Alone alone,
      Databases databases,
      DockerEngine engine,
      Bus bus,
      GatewayConfig gateway,
      EnvelopeVault vault) {
    alone
        .vertx()
        .deployVerticle(
            new GatewayService(
                gateway,
                databases.truth(),
                vault,
                bus,
                alone,
                checks(alone.vertx(), databases, engine)))
        .await();
  }

  private static HealthChecks checks(Vertx vertx, Databases databases, DockerEngine engine) {
    return new HealthChecks(vertx)
        .add("database", PATIENCE, () -> databases.truth().ping().map(""))
        .add(
            "docker",
            PATIENCE,
            () ->
                vertx.executeBlocking(
                    () -> {
                      engine.ping();
                      return "";
                    },
                    false));
  }

  /**
   * Services first, so that sagas give their leases back; the database last, since all of them
   * write to it.
   */
  private void installShutdown(
      Vertx vertx, DockerEngine engine, Postgres postgres, Duration drain, Heartbeat heartbeat) {
    shutdown
        .step(
            "not ready",
            PATIENCE,
            () -> {
              readiness.drain();
              return heartbeat.end(owner());
            })
        .step("services", drain.plus(PATIENCE), vertx::close)
        .blockingStep("engine", Duration.ofSeconds(5), () -> close(engine));
    EmbeddedPostgres embedded = postgres.embedded();
    if (embedded != null) {
      shutdown.blockingStep("database", Duration.ofSeconds(25), embedded::stop);
    }
    shutdown.installHook();
  }

  private static void close(DockerEngine engine) {
    try {
      engine.close();
    } catch (Exception e) {
      throw new IllegalStateException("The engine's connections did not close", e);
    }
  }
}
