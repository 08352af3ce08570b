package dev.slipway.backup.run;

import static org.awaitility.Awaitility.await;

import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.destination.LocalRoots;
import dev.slipway.backup.dump.DatabaseServer;
import dev.slipway.backup.restore.RestoreSaga;
import dev.slipway.backup.restore.VolumeRestoreSaga;
import dev.slipway.backup.stream.BackupKeys;
import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.database.ServerImage;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.SagaRunner;
import dev.slipway.platform.secrets.MasterKeys;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.store.BackupKeyStore;
import dev.slipway.store.BackupStore;
import dev.slipway.store.BackupWish;
import dev.slipway.store.DatabaseServerStore;
import dev.slipway.store.DatabaseStore;
import dev.slipway.store.DestinationStore;
import dev.slipway.store.LogStore;
import dev.slipway.store.PauseStore;
import dev.slipway.store.ProjectStore;
import dev.slipway.store.RestoreStore;
import dev.slipway.store.VolumeStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A backup service's works, in a test's hands: rows, an engine, a folder as destination. */
public final class Stand implements AutoCloseable {
  public static final String PASSWORD = "correct-horse-battery";

  public final String installation = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
  public final Database database;
  public final DockerEngine engine;
  public final Path folder;
  public final BackupParts parts;
  public final String project;
  public final MasterKeys masters;
  public final String node;
  private volatile UnaryOperator<Destination> disguise = UnaryOperator.identity();

  public Stand(Database database, DockerEngine engine, Path folder) {
    this(database, engine, folder, Duration.ofMinutes(1));
  }

  /** One that pauses for so long at most. */
  public Stand(Database database, DockerEngine engine, Path folder, Duration longestPause) {
    this.database = database;
    this.engine = engine;
    this.folder = folder;
    this.project = new ProjectStore(database).standard().await().id().value();
    engine.ensureNetwork(network(), labels());
    this.node = String.valueOf(engine.info().nodeId());
    this.masters = MasterKeys.ofFile(masterKey(folder.resolve("master.key")));
    var config =
        new BackupConfig(
            "stand-" + installation,
            installation,
            new LocalRoots(folder, List.of()),
            new AddressGuard(true),
            ServerImage.plain(),
            2,
            256 << 20,
            512 << 20,
            Duration.ofMinutes(3),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30),
            folder.resolve("native"),
            PlatformServer.HOST,
            new VolumeConfig(Optional.empty(), longestPause));
    var vault = new PlainVault();
    var stores =
        new BackupParts.Stores(
            new BackupStore(database),
            new RestoreStore(database),
            new DatabaseStore(database, vault),
            new DatabaseServerStore(database),
            new DestinationStore(database, vault),
            new BackupKeyStore(database, vault),
            new PauseStore(database),
            new LogStore(database),
            new VolumeStore(database));
    var stored =
        new StoredPlaces(
            stores.destinations(),
            stores.keys(),
            masters.derived(PlatformKeys.PURPOSE),
            config::open);
    var places =
        new Places() {
          @Override
          public Destination open(String destinationId) {
            return disguise.apply(stored.open(destinationId));
          }

          @Override
          public BackupKeys sealing(BackupSubject subject) {
            return stored.sealing(subject);
          }

          @Override
          public BackupKeys opening() {
            return stored.opening();
          }
        };
    this.parts =
        new BackupParts(
            database.vertx(),
            config,
            engine,
            new Bus(database.vertx(), "stand"),
            stores,
            places,
            new DatabaseServers(
                config,
                engine,
                new PlatformServer(database.url(), PlatformServer.HOST),
                stores.databases(),
                stores.servers()),
            new Volumes(config, engine, stores.volumes()));
  }

  /** A file with a new master key that only its owner may read. */
  public static Path masterKey(Path file) {
    try {
      Files.createDirectories(file.getParent());
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.writeString(file, MasterKeys.fresh());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String network() {
    return "sw" + installation.substring(0, 6) + "-backups";
  }

  public Map<String, String> labels() {
    return Map.of("dev.slipway.installation", installation, "dev.slipway.project", project);
  }

  /** Every destination that is opened from now on is this one instead. */
  public void disguise(UnaryOperator<Destination> as) {
    this.disguise = as;
  }

  /** The row of a database whose one server is called after it. */
  public DatabaseId row(DatabaseEngine kind, String version, String name, String user) {
    DatabaseId id = DatabaseId.fresh();
    database
        .query(
            """
            insert into databases(id, name, project_id, engine, version, config, username, database,
                password_sealed, status)
              values ($1, $2, $3, $4, $5, '{"resources": {}, "settings": {}}', $6, 'shop', $7, 'running')
            """,
            id.value(),
            name,
            project,
            kind.wire(),
            version,
            user,
            new PlainVault().seal(PASSWORD))
        .await();
    database
        .query(
            """
            insert into database_servers(database_id, generation, version, image, service, volume,
                node_id, state)
              values ($1, 1, $2, $3, 'none', 'none', 'here', 'serving')
            """,
            id.value(),
            version,
            image(kind, version))
        .await();
    return id;
  }

  /** The row of a PostgreSQL database of this stand. */
  DatabaseId shop() {
    return row(DatabaseEngine.POSTGRESQL, "17", "shop-" + installation, "shop");
  }

  public String image(DatabaseEngine kind, String version) {
    return ServerImage.plain().of(kind, version, null, name -> engine.image(name).isPresent());
  }

  public DatabaseServer server(DatabaseId id) {
    return parts.servers().generation(id.value(), 1);
  }

  public BackupId ask(DatabaseId id) {
    return ask(id, false);
  }

  public BackupId ask(DatabaseId id, boolean encrypted) {
    var known = parts.stores().databases().get(id).await();
    return parts
        .stores()
        .backups()
        .request(BackupWish.of(known, BackupTrigger.MANUAL, "tester", "local", encrypted))
        .await();
  }

  /** A restore that may begin. */
  public String askRestore(BackupId backup, DatabaseId target, boolean force, String... only) {
    return database
        .transaction(tx ->
            RestoreStore.request(
                    tx,
                    new RestoreStore.Wish(
                        backup,
                        BackupSubject.database(target.value()),
                        List.of(only),
                        false,
                        "tester"))
                .compose(id -> RestoreStore.begin(tx, id, 1, force, null).map(id)))
        .await();
  }

  /** Runs what is asked for until this one has ended. */
  public Backup run(BackupId id) {
    return running(() -> {
      await("backup " + id)
          .atMost(Duration.ofMinutes(5))
          .until(() -> backup(id).status().ended() && idle());
      return backup(id);
    });
  }

  public Restore runRestore(String id) {
    Set<Restore.Status> open =
        EnumSet.of(Restore.Status.WAITING, Restore.Status.PENDING, Restore.Status.RUNNING);
    return running(() -> {
      await("restore " + id)
          .atMost(Duration.ofMinutes(5))
          .until(() -> !open.contains(restore(id).status()) && idle());
      return restore(id);
    });
  }

  public Backup backup(BackupId id) {
    return parts.stores().backups().get(id).await();
  }

  public Restore restore(String id) {
    return parts.stores().restores().get(id).await();
  }

  /** Proves it again, and waits for the end. */
  public Backup prove(BackupId id) {
    parts.stores().backups().requestProof(id).await();
    return running(() -> {
      await("proof of " + id).atMost(Duration.ofMinutes(5)).until(this::idle);
      return backup(id);
    });
  }

  private boolean idle() {
    return database
            .one("select 1 from sagas where state in ('waiting', 'running', 'undoing') limit 1")
            .await()
        == null;
  }

  private <T> T running(java.util.function.Supplier<T> wait) {
    var runner = runner();
    runner.start().await();
    try {
      return wait.get();
    } finally {
      runner.stop().await();
    }
  }

  public SagaRunner runner() {
    return new SagaRunner(
        database.vertx(),
        database,
        List.of(
            new BackupSaga(parts),
            new BackupSaga(parts, node),
            new VerifySaga(parts),
            new RestoreSaga(parts),
            new VolumeRestoreSaga(parts, node)),
        RunnerConfig.of("stand-" + FreshId.of("o"), 2),
        CrashPoints.NONE);
  }

  /** Where a backup lies. */
  public Path file(Backup backup) {
    return folder.resolve(String.valueOf(backup.objectKey()));
  }

  public String told(Backup backup) {
    return backup.status() == BackupStatus.FAILED && backup.failure() != null
        ? backup.failure().code() + ": " + backup.failure().detail()
        : backup.status().wire();
  }

  /** All that lies at the destination. */
  List<Path> objects() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).filter(file -> !file.endsWith("master.key")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that is left of this installation on the engine. */
  public List<ContainerSummary> containers() {
    return engine.containers(Map.of("dev.slipway.installation", installation));
  }

  @Override
  public void close() {
    containers().forEach(left -> engine.removeContainer(left.id()));
    engine.removeNetwork(network());
  }
}
