package dev.slipway.runtime;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.application.Project;
import dev.slipway.contracts.application.Resources;
import dev.slipway.contracts.application.Volume;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.deployment.ReleaseSpec;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.route.Route;
import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.database.ServerImage;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.Tx;
import dev.slipway.platform.saga.SagaStore;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.runtime.database.DatabaseKeeper;
import dev.slipway.runtime.database.DatabaseParts;
import dev.slipway.runtime.deploy.DeployParts;
import dev.slipway.runtime.deploy.DeploySaga;
import dev.slipway.runtime.logs.RuntimeLogs;
import dev.slipway.runtime.reconcile.ReconcileParts;
import dev.slipway.runtime.route.Confirmation;
import dev.slipway.runtime.route.Hosts;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.runtime.service.Launcher;
import dev.slipway.runtime.service.Replicas;
import dev.slipway.runtime.service.RuntimeParts;
import dev.slipway.runtime.service.Stillness;
import dev.slipway.runtime.service.TaskAddress;
import dev.slipway.runtime.service.Warrant;
import dev.slipway.store.DeploymentStore;
import dev.slipway.store.ProjectStore;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A runtime's parts on a test's database and engine, and the applications tests deploy with them.
 */
public final class Fixture implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /**
   * A port that nobody on this machine listens on: the engine in memory opens it on many addresses.
   */
  public static final int PORT = freePort();

  public final Database database;
  private final @Nullable Database own;
  public final DockerEngine engine;
  public final String installation;
  public final Stores stores;
  public final Bus bus;
  public final EngineWatch watch;
  public final Replicas replicas;
  public final Launcher launcher;
  public final Stillness stillness;
  public final RuntimeParts parts;
  public final Confirmation confirmation;
  public final RuntimeLogs logs;

  public Fixture(Database database, DockerEngine engine, String installation) {
    this(
        database,
        Database.connectRelaxed(database.vertx(), database.url(), 4),
        engine,
        installation);
  }

  /** One of many on few connections: its logs go through a pool that all share. */
  public static Fixture oneOfMany(Database database, DockerEngine engine, String installation) {
    return new Fixture(database, database, engine, installation);
  }

  private Fixture(Database database, Database relaxed, DockerEngine engine, String installation) {
    this.database = database;
    this.engine = engine;
    this.installation = installation;
    this.own = relaxed == database ? null : relaxed;
    this.stores = Stores.of(database, relaxed, new PlainVault());
    this.bus = new Bus(database.vertx(), "test-" + installation);
    this.watch = new EngineWatch(engine, installation);
    this.parts =
        RuntimeParts.of(
            engine, installation, TaskAddress.BRIDGE, null, stores.volumes(), bus, null);
    this.replicas = new Replicas(parts);
    this.launcher = new Launcher(parts);
    this.stillness = new Stillness(parts, watch, launcher);
    this.confirmation = new Confirmation(stores.routes());
    this.logs = new RuntimeLogs(database.vertx(), engine, stores, bus, installation);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public DeployParts deployParts() {
    return new DeployParts(
        stores,
        parts,
        watch,
        replicas,
        launcher,
        stillness,
        new Hosts("example.test"),
        confirmation,
        bus);
  }

  public DeploySaga saga() {
    return new DeploySaga(deployParts(), () -> {});
  }

  /** A warrant that nobody can take away. */
  public static final Warrant UNDISPUTED =
      new Warrant() {
        @Override
        public void check() {}

        @Override
        public String owner() {
          return "test";
        }

        @Override
        public Future<Void> guard(Tx tx, ApplicationId application) {
          return Future.succeededFuture();
        }

        @Override
        public FencedOut lost() {
          return new FencedOut(new Lease("test", 1));
        }
      };

  public ReconcileParts reconcileParts() {
    return new ReconcileParts(
        stores, parts, replicas, launcher, logs, UNDISPUTED, keeper(new Lease("test", 1)));
  }

  /** Looks after databases under a lease. */
  public DatabaseKeeper keeper(Lease lease) {
    return new DatabaseKeeper(
        stores.databases(), engine, installation, lease, () -> {}, System::nanoTime);
  }

  public DatabaseParts databaseParts() {
    return new DatabaseParts(
        stores.databases(), parts, watch, ServerImage.plain(), Duration.ZERO, id -> {});
  }

  @Override
  public void close() {
    watch.close();
    logs.close();
    if (own != null) {
      own.close().await();
    }
  }

  // ---- applications

  /** What a test's application is like; ports and checks quick enough for tests. */
  public record Shape(
      int port,
      int replicas,
      HealthCheck check,
      List<Volume> volumes,
      int keepWarmSeconds,
      @Nullable String startCommand,
      Resources resources) {
    Shape(
        int port,
        int replicas,
        HealthCheck check,
        List<Volume> volumes,
        int keepWarmSeconds,
        @Nullable String startCommand) {
      this(port, replicas, check, volumes, keepWarmSeconds, startCommand, Resources.UNLIMITED);
    }

    public static Shape web(int port) {
      return new Shape(port, 1, new HealthCheck("/", 1, 2, 3, 3), List.of(), 120, null);
    }

    /** The root filesystem cannot be written. */
    public Shape readOnly() {
      return new Shape(
          port,
          replicas,
          check,
          volumes,
          keepWarmSeconds,
          startCommand,
          new Resources(null, null, true));
    }

    public Shape with(HealthCheck other) {
      return new Shape(port, replicas, other, volumes, keepWarmSeconds, startCommand);
    }

    public Shape replicas(int count) {
      return new Shape(port, count, check, volumes, keepWarmSeconds, startCommand);
    }

    public Shape volume(String name, String path) {
      return new Shape(
          port, replicas, check, List.of(new Volume(name, path)), keepWarmSeconds, startCommand);
    }

    public Shape keepWarm(int seconds) {
      return new Shape(port, replicas, check, volumes, seconds, startCommand);
    }

    public Shape command(String command) {
      return new Shape(port, replicas, check, volumes, keepWarmSeconds, command);
    }

    ApplicationConfig config() {
      return new ApplicationConfig(
          "https://git.example.org/me/shop.git",
          "main",
          null,
          null,
          BuildConfig.auto(),
          null,
          port,
          replicas,
          resources,
          check,
          List.of(),
          volumes,
          false,
          true,
          keepWarmSeconds,
          0);
    }
  }

  public Application application(Shape shape) {
    return application(new ProjectStore(database).standard().await(), shape);
  }

  /** An application in that project. */
  public Application application(Project project, Shape shape) {
    return stores
        .applications()
        .create("shop" + COUNT.incrementAndGet(), project.id(), shape.config())
        .await();
  }

  /** Hands a built image over to the runtime, as the builder does: the next saga waits. */
  public Deployment deploy(Application application, Shape shape, String image) {
    return deploy(application, shape, image, engine.image(image).orElseThrow().id());
  }

  /** The same for an image by its digest, wherever it is. */
  public Deployment deploy(Application application, Shape shape, String image, String digest) {
    return deploy(application, shape, image, digest, false);
  }

  /** The same in an emergency, or not. */
  public Deployment deploy(
      Application application, Shape shape, String image, String digest, boolean skipBackups) {
    DeploymentId id =
        stores
            .deployments()
            .request(
                application.id(),
                new DeploymentStore.Wish(Trigger.MANUAL, "tester", "a test", null)
                    .withoutBackups(skipBackups))
            .await();
    ReleaseSpec spec =
        new ReleaseSpec(
            image, digest, 0, shape.config(), shape.startCommand(), shape.port(), "c0ffee", "It");
    database
        .transaction(tx ->
            tx.update("update sagas set state = 'done' where subject = $1", id.value())
                .compose(done -> DeploymentStore.handOver(tx, id, application.id(), spec))
                .compose(order -> new DeploymentStore(tx).afterBuild(order))
                .compose(saga -> SagaStore.submit(tx, saga)))
        .await();
    return stores.deployments().get(id).await();
  }

  /** Asks for a release that is there already. */
  public Deployment deploy(Application application, ReleaseId release) {
    DeploymentId id =
        stores
            .deployments()
            .requestRelease(
                application.id(),
                release,
                new DeploymentStore.Wish(Trigger.ROLLBACK, "tester", "back", null))
            .await();
    return stores.deployments().get(id).await();
  }

  public static String sagaId(DeploymentId id) {
    return DeploymentStore.sagaId(id, DeploymentStore.DEPLOY);
  }

  // ---- what became of it

  public Deployment now(Deployment deployment) {
    return stores.deployments().get(deployment.id()).await();
  }

  public DeploymentStatus status(Deployment deployment) {
    return now(deployment).status();
  }

  public Application now(Application application) {
    return stores.applications().get(application.id()).await();
  }

  public Release release(Deployment deployment) {
    ReleaseId id = now(deployment).releaseId();
    if (id == null) {
      throw new IllegalStateException("It has no release yet");
    }
    return stores.releases().get(id).await();
  }

  public Route route(ApplicationId application) {
    return stores.routes().of(application).await().getFirst();
  }

  /** What the first target of an application's route answers now. */
  public String answer(ApplicationId application) {
    Route route = route(application);
    if (route.targets().isEmpty()) {
      return "(no target)";
    }
    var target = route.targets().getFirst();
    return get("http://" + target.host() + ":" + target.port() + "/");
  }

  public static String get(String url) {
    try {
      var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setConnectTimeout(2_000);
      connection.setReadTimeout(2_000);
      try (var in = connection.getInputStream()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      }
    } catch (IOException e) {
      return "(" + e + ")";
    }
  }

  /** The text of a deployment's log. */
  public String log(Deployment deployment) {
    return text(LogStreams.of(deployment.id()));
  }

  /** The text of an application's log. */
  public String log(Application application) {
    return text(LogStreams.of(application.id()));
  }

  private String text(String stream) {
    StringBuilder text = new StringBuilder();
    stores
        .logs()
        .after(stream, 0, 100_000)
        .await()
        .forEach(segment -> text.append(segment.lines().toString(StandardCharsets.UTF_8)));
    return text.toString();
  }
}
