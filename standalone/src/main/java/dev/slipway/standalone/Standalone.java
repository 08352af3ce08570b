package dev.slipway.standalone;

import dev.slipway.builder.run.BuilderConfig;
import dev.slipway.builder.run.BuilderService;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.EngineInfo;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.gateway.GatewayConfig;
import dev.slipway.gateway.GatewayService;
import dev.slipway.gateway.Opening;
import dev.slipway.gateway.auth.OperatorKey;
import dev.slipway.gateway.http.Contract;
import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.boot.ShutdownScript;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.cluster.InstallationId;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.health.HealthChecks;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.DatabaseUrl;
import dev.slipway.platform.pg.EmbeddedPostgres;
import dev.slipway.platform.pg.Migrations;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.runtime.RuntimeConfig;
import dev.slipway.runtime.RuntimeService;
import dev.slipway.store.InstallationStore;
import dev.slipway.store.KeyStore;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
    CompletableFuture<Postgres> postgres = CompletableFuture.supplyAsync(this::postgres);
    Contract.preload();
    Vertx vertx = vertx();
    GatewayConfig gateway = GatewayConfig.from(settings);
    settings.check();
    var opening = new Opening(vertx, gateway, installation);
    opening.open().await();
    DockerEngine engine = engine();
    Postgres truth = postgres.join();
    opening.reached(Opening.Stage.INSTALLING);
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
    OperatorKey.ensure(config.data(), new KeyStore(databases.truth()));
    installShutdown(vertx, engine, truth);
    deployServices(vertx, databases, engine, gateway);
    opening.close().await();
  }

  /**
   * Serves nothing from the class path, so it needs no cache that a killed process leaves behind.
   */
  private static Vertx vertx() {
    var files =
        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
    return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setFileSystemOptions(files));
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
  private DockerEngine engine() {
    DockerEngine engine = JavaDockerEngine.at(config.dockerHost());
    try {
      EngineInfo info = engine.info();
      if (info.swarm() != EngineInfo.Swarm.MANAGER) {
        throw new SetupFailure(
            "The container engine is not a Swarm manager: run 'docker swarm init' on this host, or"
                + " './slipway up', which does it.");
      }
      return engine;
    } catch (DockerProblem e) {
      throw new SetupFailure(
          "The container engine at "
              + config.dockerHost()
              + " does not answer: start it ('./slipway up' does), or point SLIPWAY_DOCKER_HOST at"
              + " one.",
          e);
    }
  }

  private void deployServices(
      Vertx vertx, Databases databases, DockerEngine engine, GatewayConfig gateway) {
    var bus = new Bus(vertx, "standalone");
    Vault vault = new PlainVault();
    // The same owner at every start: what a killed process held is taken over at once.
    String owner = "standalone-" + installation;
    var builder = BuilderConfig.from(settings, owner, installation);
    var runtime = RuntimeConfig.from(settings, owner, installation);
    settings.check();
    vertx
        .deployVerticle(
            new RuntimeService(
                runtime,
                new RuntimeService.Databases(databases.truth(), databases.relaxed()),
                bus,
                engine,
                vault))
        .await();
    vertx
        .deployVerticle(
            new BuilderService(
                builder,
                new BuilderService.Databases(databases.truth(), databases.relaxed()),
                bus,
                engine,
                vault))
        .await();
    vertx
        .deployVerticle(
            new GatewayService(
                gateway, databases.truth(), vault, bus, checks(vertx, databases, engine)))
        .await();
  }

  private static HealthChecks checks(Vertx vertx, Databases databases, DockerEngine engine) {
    return new HealthChecks(vertx)
        .add("database", PATIENCE, () -> databases.truth().one("select 1").map(row -> ""))
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
  private void installShutdown(Vertx vertx, DockerEngine engine, Postgres postgres) {
    shutdown
        .step("services", Duration.ofSeconds(25), vertx::close)
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
