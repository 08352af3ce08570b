package dev.slipway.builder.run;

import dev.slipway.builder.keep.DiskAdmission;
import dev.slipway.builder.keep.Housekeeping;
import dev.slipway.builder.source.GitSource;
import dev.slipway.builder.source.HostKeyFile;
import dev.slipway.builder.source.SourceLimits;
import dev.slipway.contracts.event.Events;
import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.bus.Subscription;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.SagaRunner;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.store.DeploymentStore;
import dev.slipway.store.EnvironmentStore;
import dev.slipway.store.ImageStore;
import dev.slipway.store.KnownHostStore;
import dev.slipway.store.LogStore;
import dev.slipway.store.RegistryStore;
import dev.slipway.store.SourceAccessStore;
import dev.slipway.store.SourceArchiveStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs builds: claims them from the database, a few at a time, woken by a bell and by its own poll.
 */
public final class BuilderService extends VerticleBase {
  private final BuilderConfig config;
  private final Databases databases;
  private final Bus bus;
  private final DockerEngine engine;
  private final Vault vault;
  private volatile @Nullable SagaRunner runner;
  private @Nullable Subscription bell;
  private @Nullable Housekeeping housekeeping;

  /**
   * The database, opened twice.
   *
   * @param truth for everything that must be on the disk before it is answered
   * @param relaxed for logs, which may lose their last moment in a power cut
   */
  public record Databases(Database truth, Database relaxed) {}

  /** A builder; deploy it as an event-loop verticle. */
  public BuilderService(
      BuilderConfig config, Databases databases, Bus bus, DockerEngine engine, Vault vault) {
    this.config = config;
    this.databases = databases;
    this.bus = bus;
    this.engine = engine;
    this.vault = vault;
  }

  @Override
  public Future<?> start() {
    var stores =
        new BuildParts.Stores(
            new DeploymentStore(databases.truth()),
            new EnvironmentStore(databases.truth(), vault),
            new ImageStore(databases.truth()),
            new SourceArchiveStore(databases.truth()),
            new SourceAccessStore(databases.truth(), vault),
            new RegistryStore(databases.truth(), vault),
            new LogStore(databases.relaxed()));
    var source =
        new GitSource(
            config.data(),
            config.addresses(),
            SourceLimits.defaults(),
            new StoredHostKeys(
                new KnownHostStore(databases.truth()),
                new HostKeyFile(config.data().resolve("ssh/known_hosts"))));
    var house =
        new Housekeeping(
            config.keep(), config.owner(), databases.truth(), engine, source, config.workTrees());
    var admission =
        new DiskAdmission(
            config.data(), config.limits().freeBytes(), config.keep().freeInodes(), house);
    var saga = new BuildSaga(new BuildParts(vertx, config, engine, source, bus, stores, admission));
    var builds =
        new SagaRunner(
            vertx,
            databases.truth(),
            List.of(saga),
            RunnerConfig.of(config.owner(), config.concurrency()),
            CrashPoints.fromEnvironment(System.getenv()));
    runner = builds;
    housekeeping = house;
    house.start();
    return builds
        .start()
        .compose(done -> bus.hear(Events.DEPLOYMENTS_AVAILABLE, available -> builds.ring()))
        .onSuccess(subscription -> bell = subscription);
  }

  /** How many builds run here just now. */
  public int running() {
    SagaRunner builds = runner;
    return builds == null ? 0 : builds.running();
  }

  @Override
  public Future<?> stop() {
    if (housekeeping != null) {
      housekeeping.close();
    }
    var silent = bell == null ? Future.succeededFuture() : bell.end();
    return silent.eventually(() -> runner == null ? Future.succeededFuture() : runner.stop());
  }
}
