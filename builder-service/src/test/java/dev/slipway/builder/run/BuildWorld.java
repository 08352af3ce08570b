package dev.slipway.builder.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.builder.keep.DiskAdmission;
import dev.slipway.builder.keep.KeepConfig;
import dev.slipway.builder.source.GitServer;
import dev.slipway.builder.source.GitSource;
import dev.slipway.builder.source.SourceLimits;
import dev.slipway.builder.source.TestRepository;
import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.application.BuildType;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.application.Resources;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.Registry;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.store.ApplicationStore;
import dev.slipway.store.DeploymentStore;
import dev.slipway.store.EnvironmentStore;
import dev.slipway.store.ImageStore;
import dev.slipway.store.LogStore;
import dev.slipway.store.ProjectStore;
import dev.slipway.store.RegistryStore;
import dev.slipway.store.SourceAccessStore;
import dev.slipway.store.SourceArchiveStore;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One platform's builder around a database, a Git server and an engine. */
final class BuildWorld implements AutoCloseable {
  static final String INSTALLATION = "bbbbbb000001";
  private static final AtomicInteger COUNT = new AtomicInteger();

  final Path folder;
  final GitServer git;
  final DeploymentStore deployments;
  final BuilderConfig config;
  private final PostgresExtension postgres;
  private final DockerEngine engine;
  private final BuildParts.Stores stores;
  final RoomAsked room = new RoomAsked();

  BuildWorld(Path folder, PostgresExtension postgres, DockerEngine engine, @Nullable Path home)
      throws IOException {
    this.folder = folder;
    this.postgres = postgres;
    this.engine = engine;
    Files.createDirectories(folder.resolve("served"));
    git = new GitServer(folder.resolve("served"));
    deployments = new DeploymentStore(postgres.database());
    stores =
        new BuildParts.Stores(
            deployments,
            new EnvironmentStore(postgres.database(), new PlainVault()),
            new ImageStore(postgres.database()),
            new SourceArchiveStore(postgres.database()),
            new SourceAccessStore(postgres.database(), new PlainVault()),
            new RegistryStore(postgres.database(), new PlainVault()),
            new LogStore(postgres.database()));
    config =
        new BuilderConfig(
            "builder-" + COUNT.incrementAndGet(),
            INSTALLATION,
            folder.resolve("data"),
            home,
            null,
            new AddressGuard(true),
            2,
            new BuilderConfig.Limits(1L << 30, 2, Duration.ofMinutes(5), 100 << 20, 1 << 20),
            Map.of(),
            KeepConfig.DEFAULTS);
  }

  BuildParts parts() {
    return new BuildParts(
        postgres.vertx(),
        config,
        engine,
        new GitSource(config.data(), true, SourceLimits.defaults()),
        new Bus(postgres.vertx(), config.owner()),
        stores,
        new DiskAdmission(config.data(), config.limits().freeBytes(), 0, room));
  }

  Saga saga() {
    return new BuildSaga(parts());
  }

  /** Another builder of the same platform: with a disk and an engine of its own. */
  Saga sagaOn(DockerEngine itsEngine, String host, @Nullable Registry registry) {
    return new BuildSaga(partsOn(itsEngine, folder.resolve(host), host, registry, config.limits()));
  }

  BuildParts partsOn(
      DockerEngine itsEngine,
      Path disk,
      String owner,
      @Nullable Registry registry,
      BuilderConfig.Limits limits) {
    var own =
        new BuilderConfig(
            owner,
            INSTALLATION,
            disk,
            config.home(),
            registry,
            new AddressGuard(true),
            2,
            limits,
            config.bases(),
            KeepConfig.DEFAULTS);
    return new BuildParts(
        postgres.vertx(),
        own,
        itsEngine,
        new GitSource(own.data(), true, SourceLimits.defaults()),
        new Bus(postgres.vertx(), owner),
        stores,
        new DiskAdmission(disk, limits.freeBytes(), 0, room));
  }

  TestRepository repository(String name) throws IOException {
    return new TestRepository(folder.resolve("served").resolve(name));
  }

  /** An application of a repository of this world. */
  Application application(String repository, BuildConfig build, @Nullable String start) {
    return create(
        "app-" + COUNT.incrementAndGet(),
        settings(git.url(repository + "/.git"), build, start, 3000));
  }

  Application create(String name, ApplicationConfig settings) {
    var project = new ProjectStore(postgres.database()).standard().await();
    return new ApplicationStore(postgres.database()).create(name, project.id(), settings).await();
  }

  static ApplicationConfig settings(
      @Nullable String url, BuildConfig build, @Nullable String start, int port) {
    return new ApplicationConfig(
        url,
        "main",
        null,
        null,
        build,
        start,
        port,
        1,
        Resources.UNLIMITED,
        HealthCheck.DEFAULT,
        List.of(),
        List.of(),
        false,
        true,
        120,
        30);
  }

  static BuildConfig build(BuildType type) {
    return new BuildConfig(type, null, null, null, null, null, null, null);
  }

  void variables(Application application, Map<String, String> plain, Map<String, String> secret) {
    stores
        .environments()
        .edit(
            application.id(),
            "tester",
            old -> {
              var all = new ArrayList<EnvironmentVariable>();
              plain.forEach((key, value) ->
                  all.add(new EnvironmentVariable(key, value, false, Instant.EPOCH, "tester")));
              secret.forEach((key, value) ->
                  all.add(new EnvironmentVariable(key, value, true, Instant.EPOCH, "tester")));
              return all;
            })
        .await();
  }

  DeploymentId request(Application application) {
    return deployments
        .request(application.id(), new DeploymentStore.Wish(Trigger.MANUAL, "tester", null, null))
        .await();
  }

  Deployment get(DeploymentId id) {
    return deployments.get(id).await();
  }

  /** Everything stored of a deployment's log, one line each. */
  List<String> log(DeploymentId id) {
    return stores.logs().after(LogStreams.of(id), 0, 10_000).await().stream()
        .flatMap(segment -> segment.lines().toString(StandardCharsets.UTF_8).lines())
        .map(JsonObject::new)
        .map(line -> line.getString("line", line.encode()))
        .collect(Collectors.toList());
  }

  void mustHaveNoFiles(DeploymentId id) {
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(config.workTrees().resolve(id.value())).doesNotExist());
  }

  /** Counts how often room was asked for, and makes it as a test says. */
  static final class RoomAsked implements DiskAdmission.Room {
    final AtomicInteger wishes = new AtomicInteger();
    final AtomicInteger made = new AtomicInteger();
    volatile Runnable making = () -> {};

    @Override
    public void wish() {
      wishes.incrementAndGet();
    }

    @Override
    public void make() {
      made.incrementAndGet();
      making.run();
    }
  }

  @Override
  public void close() {
    git.close();
  }
}
