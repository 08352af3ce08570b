package dev.slipway.backup;

import dev.slipway.backup.restore.RestoreSaga;
import dev.slipway.backup.restore.VolumeRestoreSaga;
import dev.slipway.backup.run.BackupConfig;
import dev.slipway.backup.run.BackupParts;
import dev.slipway.backup.run.BackupSaga;
import dev.slipway.backup.run.DatabaseServers;
import dev.slipway.backup.run.LeftOvers;
import dev.slipway.backup.run.PauseWatch;
import dev.slipway.backup.run.PlatformKeys;
import dev.slipway.backup.run.PlatformServer;
import dev.slipway.backup.run.StoredPlaces;
import dev.slipway.backup.run.VerifySaga;
import dev.slipway.backup.run.Volumes;
import dev.slipway.backup.stream.ZstdLibrary;
import dev.slipway.contracts.backup.BackupBells;
import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.bus.Subscription;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.SagaRunner;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.store.BackupKeyStore;
import dev.slipway.store.BackupStore;
import dev.slipway.store.DatabaseServerStore;
import dev.slipway.store.DatabaseStore;
import dev.slipway.store.DestinationStore;
import dev.slipway.store.LogStore;
import dev.slipway.store.PauseStore;
import dev.slipway.store.RestoreStore;
import dev.slipway.store.VolumeStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes backups, proves them and puts them back: claims what was asked for from the database, a few
 * at a time, woken by a bell and by its own poll.
 */
public final class BackupService extends VerticleBase {
  private final BackupConfig config;
  private final Databases databases;
  private final Bus bus;
  private final DockerEngine engine;
  private final Vault vault;
  private final @Nullable String node;
  private volatile @Nullable SagaRunner runner;
  private @Nullable Subscription bell;
  private @Nullable LeftOvers leftOvers;
  private @Nullable PauseWatch pauses;
  private @Nullable Keeping keeping;

  /**
   * The database, opened twice.
   *
   * @param truth for everything that must be on the disk before it is answered
   * @param relaxed for logs, which may lose their last moment in a power cut
   */
  public record Databases(Database truth, Database relaxed) {}

  /**
   * A backup service; deploy it as an event-loop verticle.
   *
   * @param node Swarm's id of the engine's node, whose volumes it backs up; null without a Swarm
   */
  public BackupService(
      BackupConfig config,
      Databases databases,
      Bus bus,
      DockerEngine engine,
      Vault vault,
      @Nullable String node) {
    this.config = config;
    this.databases = databases;
    this.bus = bus;
    this.engine = engine;
    this.vault = vault;
    this.node = node;
  }

  @Override
  public Future<?> start() {
    ZstdLibrary.unpackIn(config.libraries());
    var parts = parts();
    var backups =
        new SagaRunner(
            vertx,
            databases.truth(),
            sagas(parts),
            RunnerConfig.of(config.owner(), config.concurrency()),
            CrashPoints.fromEnvironment(System.getenv()));
    runner = backups;
    leftOvers = new LeftOvers(parts);
    leftOvers.start();
    String here = node;
    if (here != null) {
      pauses = new PauseWatch(parts.stores().pauses(), engine, config.installation(), here);
      pauses.start();
    }
    return backups
        .start()
        .compose(done -> bus.hear(BackupBells.AVAILABLE, available -> backups.ring()))
        .onSuccess(subscription -> bell = subscription)
        .compose(subscription -> keeps());
  }

  private List<Saga> sagas(BackupParts parts) {
    List<Saga> sagas = new ArrayList<>();
    sagas.add(new BackupSaga(parts));
    sagas.add(new VerifySaga(parts));
    sagas.add(new RestoreSaga(parts));
    String here = node;
    if (here != null) {
      sagas.add(new BackupSaga(parts, here));
      sagas.add(new VolumeRestoreSaga(parts, here));
    }
    return sagas;
  }

  /** What asks for backups when their time has come, and looks after those that are there. */
  private Future<Void> keeps() {
    var made =
        new Keeping(
            databases.truth(), vault, bus, config.owner(), config.installation(), config::open);
    keeping = made;
    return made.start();
  }

  private BackupParts parts() {
    var truth = databases.truth();
    var stores =
        new BackupParts.Stores(
            new BackupStore(truth),
            new RestoreStore(truth),
            new DatabaseStore(truth, vault),
            new DatabaseServerStore(truth),
            new DestinationStore(truth, vault),
            new BackupKeyStore(truth, vault),
            new PauseStore(truth),
            new LogStore(databases.relaxed()),
            new VolumeStore(truth));
    var masters = vault.derived(PlatformKeys.PURPOSE);
    var places = new StoredPlaces(stores.destinations(), stores.keys(), masters, config::open);
    var platform = new PlatformServer(truth.url(), config.platformNetwork());
    var servers =
        new DatabaseServers(config, engine, platform, stores.databases(), stores.servers());
    var volumes = new Volumes(config, engine, stores.volumes());
    return new BackupParts(vertx, config, engine, bus, stores, places, servers, volumes);
  }

  /** How many backups and restores run here just now. */
  public int running() {
    SagaRunner backups = runner;
    return backups == null ? 0 : backups.running();
  }

  @Override
  public Future<?> stop() {
    if (leftOvers != null) {
      leftOvers.close();
    }
    Keeping kept = keeping;
    Future<?> resting = kept == null ? Future.succeededFuture() : kept.stop();
    return resting
        .eventually(() -> bell == null ? Future.succeededFuture() : bell.end())
        .eventually(() -> runner == null ? Future.succeededFuture() : runner.stop())
        .onComplete(stopped -> endPauses());
  }

  /** Last: what a backup that is given up could not let go on, it still does. */
  private void endPauses() {
    if (pauses != null) {
      pauses.close();
    }
  }
}
