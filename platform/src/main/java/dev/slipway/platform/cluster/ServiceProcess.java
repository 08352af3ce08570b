package dev.slipway.platform.cluster;

import dev.slipway.platform.boot.LeanVertx;
import dev.slipway.platform.boot.Readiness;
import dev.slipway.platform.boot.ServiceMain;
import dev.slipway.platform.boot.ShutdownScript;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.cluster.ProcessRegister.Beat;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.DatabaseUrl;
import dev.slipway.platform.secrets.EnvelopeVault;
import dev.slipway.platform.secrets.MasterKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One service in a process of its own: how it stands up and how it goes down, told once for every
 * role.
 *
 * <pre>
 *   settings -> management port -> database -> schema -> cluster -> service -> registered -> ready
 *   not ready -> no new work, what is in hand ends or is given back -> row gone -> out of the cluster
 * </pre>
 */
public final class ServiceProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceProcess.class);
  private static final int LOOPS = 2;
  private static final int TRUTH_CONNECTIONS = 10;
  private static final int LOG_CONNECTIONS = 4;
  private static final Duration BRIEF = Duration.ofSeconds(5);
  private static final Duration LEAVE = Duration.ofSeconds(15);

  /** What takes longer when the process leaves to join anew is left to whoever takes over. */
  private static final Duration LEAVE_TO_REJOIN = Duration.ofSeconds(15);

  private static final String SERVICE = "service";
  private static final String ROW = "row in the table of processes";

  private final Settings settings;
  private final ProcessConfig config;
  private final DatabaseUrl url;
  private final MasterKeys masters;
  private final Function<Database, ProcessRegister> registerOn;
  private final Readiness readiness = new Readiness(SERVICE, ROW);
  private final Vertx first = Vertx.vertx(LeanVertx.options(1));
  private final Standing standing;
  private volatile StartPhase phase = StartPhase.PENDING;

  private ServiceProcess(
      Settings settings,
      ProcessConfig config,
      MasterKeys masters,
      Function<Database, ProcessRegister> registerOn) {
    this.settings = settings;
    this.masters = masters;
    this.config = config;
    this.url = config.databaseUrl().orElseThrow();
    this.registerOn = registerOn;
    this.standing = new Standing(first, config.self(), readiness);
  }

  /**
   * Brings a role up and returns when work may be sent to it. Blocks: for the main thread.
   *
   * @param registerOn the table of processes on a database
   */
  public static void start(
      Role role, Settings settings, Function<Database, ProcessRegister> registerOn) {
    ProcessConfig config = ProcessConfig.from(settings, role.name());
    MasterKeys masters = MasterKeys.from(settings);
    settings.check();
    new ServiceProcess(settings, config, masters, registerOn).start(role);
  }

  private void start(Role role) {
    ManagementServer management =
        ManagementServer.open(first, config.managementHost(), config.managementPort(), standing)
            .await();
    LOG.info("/live, /ready and /metrics are on port {}", management.port());
    Role.Door door = role.door(first, settings, () -> phase).await();
    String installation = installed();
    watch().ifPresent(RejoinWatch::start);
    Ground ground = ground(installation);
    var probe = new BusProbe(ground.cluster(), ground.bus(), config.self().id());
    probe.start().await();
    standing.isMember(new Membership(ground.cluster(), probe));
    Service service = role.on(ground);
    door.close().await();
    String deployment = ground.vertx().deployVerticle(service.verticle()).await();
    EventLoops loops = EventLoops.of(ground.vertx(), LOOPS).await();
    standing.isUp(new Standing.Up(ground, service, loops));
    Heartbeat heartbeat = heartbeat(ground, service, management.port());
    shutdown(ground, service, deployment, probe, heartbeat).installHook();
    readiness.reached(SERVICE);
    heartbeat.start(config.self().id()).await();
    readiness.reached(ROW);
    heartbeat.beat().await();
    LOG.info("{} {} is ready", config.self().role(), config.self().id());
  }

  /** The cluster is named after the installation, so all this comes first. */
  private String installed() {
    var contact = new FirstContact(first, url);
    contact.awaitDatabase();
    phase = StartPhase.INSTALLING;
    contact.migrate();
    return contact.installation(config.installation(), registerOn);
  }

  private Ground ground(String installation) {
    Cluster cluster =
        Cluster.join(config.cluster(), "slipway-" + installation, LeanVertx.options(LOOPS)).await();
    Vertx vertx = cluster.vertx();
    Database truth = Database.connect(vertx, url, TRUTH_CONNECTIONS);
    EnvelopeVault vault = EnvelopeVault.open(truth, masters, config.self().id()).await();
    return new Ground(
        settings,
        config.self(),
        installation,
        cluster,
        new Bus(vertx, config.self().id()),
        truth,
        Database.connectRelaxed(vertx, url, LOG_CONNECTIONS),
        vault);
  }

  /**
   * Nobody watches a process that is in no cluster. All that is left of one that gives up is its
   * rows, so joining anew is starting anew: nothing that is stuck survives it.
   */
  private Optional<RejoinWatch> watch() {
    if (!config.cluster().clustered() || config.rejoin().isZero()) {
      return Optional.empty();
    }
    ProcessRegister register = registerOn.apply(Database.connect(first, url, 1));
    return Optional.of(
        new RejoinWatch(
            first,
            new RejoinPolicy(spread(config.rejoin())),
            standing::membership,
            () -> register.othersAlive(config.self().id()),
            this::leave,
            RejoinWatch.EVERY));
  }

  /** Up to half as long again, so that members that were lost together do not leave together. */
  private static Duration spread(Duration patience) {
    return patience.plusMillis(
        ThreadLocalRandom.current().nextLong(Math.max(1, patience.toMillis() / 2)));
  }

  private void leave(String why) {
    if (readiness.isDraining()) {
      return;
    }
    LOG.error(
        "Out of the cluster for too long ({}): this process ends with code {}, to be started again"
            + " and to join anew",
        why,
        ServiceMain.REJOIN);
    first.setTimer(
        LEAVE_TO_REJOIN.toMillis(), late -> Runtime.getRuntime().halt(ServiceMain.REJOIN));
    Thread.ofPlatform().name("rejoin").start(() -> System.exit(ServiceMain.REJOIN));
  }

  private Heartbeat heartbeat(Ground ground, Service service, int managementPort) {
    return new Heartbeat(
        ground.vertx(),
        registerOn.apply(ground.truth()),
        usage ->
            standing
                .ready()
                .map(health ->
                    new Beat(
                        config.self(),
                        service.nodeId(),
                        config.cluster().address(),
                        managementPort,
                        health.isOk(),
                        readiness.isDraining(),
                        usage.with(service.running().getAsInt(), service.limit()))));
  }

  private ShutdownScript shutdown(
      Ground ground, Service service, String deployment, BusProbe probe, Heartbeat heartbeat) {
    return new ShutdownScript()
        .step(
            "not ready",
            BRIEF,
            () -> {
              readiness.drain();
              return heartbeat.beat();
            })
        .step(SERVICE, config.drain().plus(BRIEF), () -> ground.vertx().undeploy(deployment))
        .step(
            "farewell",
            BRIEF,
            () ->
                Future.join(
                    probe.stop(), heartbeat.end(config.self().id()), ground.vault().close()))
        .step("out of the cluster", LEAVE, ground.vertx()::close)
        .blockingStep("below", BRIEF, () -> close(service.below()))
        .step("management", BRIEF, first::close);
  }

  private static void close(AutoCloseable below) {
    try {
      below.close();
    } catch (Exception e) {
      throw new IllegalStateException("What the service leaned on did not close", e);
    }
  }
}
