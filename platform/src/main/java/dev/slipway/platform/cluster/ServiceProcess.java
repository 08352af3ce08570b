package dev.slipway.platform.cluster;

import dev.slipway.platform.boot.Readiness;
import dev.slipway.platform.boot.ShutdownScript;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.cluster.ProcessRegister.Beat;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.DatabaseUrl;
import dev.slipway.platform.pg.Migrations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One service in a process of its own: how it stands up and how it goes down, told once for every
 * role.
 *
 * <pre>
 *   settings -> management port -> schema -> installation -> cluster -> service -> registered -> ready
 *   not ready -> no new work, what is in hand ends or is given back -> row gone -> out of the cluster
 * </pre>
 */
public final class ServiceProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceProcess.class);
  private static final int TRUTH_CONNECTIONS = 10;
  private static final int LOG_CONNECTIONS = 4;
  private static final Duration BRIEF = Duration.ofSeconds(5);
  private static final Duration LEAVE = Duration.ofSeconds(15);
  private static final String SERVICE = "service";

  private final Settings settings;
  private final ProcessConfig config;
  private final DatabaseUrl url;
  private final Function<Database, ProcessRegister> registerOn;
  private final Readiness readiness = new Readiness(SERVICE);
  private final ShutdownScript shutdown = new ShutdownScript();

  private ServiceProcess(
      Settings settings,
      ProcessConfig config,
      DatabaseUrl url,
      Function<Database, ProcessRegister> registerOn) {
    this.settings = settings;
    this.config = config;
    this.url = url;
    this.registerOn = registerOn;
  }

  /**
   * Brings a role up and returns when work may be sent to it. Blocks: for the main thread.
   *
   * @param registerOn the table of processes on a database
   */
  public static void start(
      String role,
      Settings settings,
      Function<Database, ProcessRegister> registerOn,
      Service.Maker maker) {
    ProcessConfig config = ProcessConfig.from(settings, role);
    settings.check();
    new ServiceProcess(settings, config, config.databaseUrl().orElseThrow(), registerOn)
        .start(maker);
  }

  private void start(Service.Maker maker) {
    String installation = schemaAndInstallation();
    Cluster cluster =
        Cluster.join(config.cluster(), "slipway-" + installation, vertxOptions()).await();
    Ground ground = ground(cluster, installation);
    Service service = maker.on(ground);
    Heartbeat heartbeat = heartbeat(ground, service);
    String deployment = ground.vertx().deployVerticle(service.verticle()).await();
    installShutdown(ground, service, deployment, heartbeat);
    readiness.reached(SERVICE);
    heartbeat.start(config.self().id()).await();
    LOG.info("{} {} is ready", config.self().role(), config.self().id());
  }

  /** Before the cluster, which is named after the installation, so on a Vert.x of its own. */
  private String schemaAndInstallation() {
    Vertx vertx = Vertx.vertx(vertxOptions());
    try {
      Migrations.run(vertx, url).await();
      Database database = Database.connect(vertx, url, 1);
      String candidate = config.installation().orElseGet(InstallationId::random);
      String installation = registerOn.apply(database).installationOr(candidate).await();
      InstallationId.mustAgree(config.installation(), installation);
      return installation;
    } finally {
      vertx.close().await();
    }
  }

  private Ground ground(Cluster cluster, String installation) {
    Vertx vertx = cluster.vertx();
    return new Ground(
        settings,
        config.self(),
        installation,
        cluster,
        new Bus(vertx, config.self().id()),
        Database.connect(vertx, url, TRUTH_CONNECTIONS),
        Database.connectRelaxed(vertx, url, LOG_CONNECTIONS));
  }

  private Heartbeat heartbeat(Ground ground, Service service) {
    String address =
        config.cluster().clustered()
            ? config.cluster().host() + ":" + config.cluster().port()
            : null;
    return new Heartbeat(
        ground.vertx(),
        registerOn.apply(ground.truth()),
        usage ->
            Future.succeededFuture(
                new Beat(
                    config.self(),
                    service.nodeId(),
                    address,
                    config.managementPort(),
                    readiness.isReady(),
                    readiness.isDraining(),
                    usage.with(service.running().getAsInt(), service.limit()))));
  }

  private void installShutdown(
      Ground ground, Service service, String deployment, Heartbeat heartbeat) {
    shutdown
        .step(
            "not ready",
            BRIEF,
            () -> {
              readiness.drain();
              return heartbeat.beat();
            })
        .step(SERVICE, config.drain().plus(BRIEF), () -> ground.vertx().undeploy(deployment))
        .step("farewell", BRIEF, () -> heartbeat.end(config.self().id()))
        .step("out of the cluster", LEAVE, ground.vertx()::close)
        .blockingStep("below", BRIEF, () -> close(service.below()));
    shutdown.installHook();
  }

  private static void close(AutoCloseable below) {
    try {
      below.close();
    } catch (Exception e) {
      throw new IllegalStateException("What the service leaned on did not close", e);
    }
  }

  /** Serves nothing from the class path, so it needs no cache that a killed process leaves. */
  private static VertxOptions vertxOptions() {
    return new VertxOptions()
        .setEventLoopPoolSize(2)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }
}
