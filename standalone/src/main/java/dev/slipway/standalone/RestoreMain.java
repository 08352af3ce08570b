package dev.slipway.standalone;

import dev.slipway.backup.dump.PlatformHead;
import dev.slipway.backup.platform.PlatformFile;
import dev.slipway.backup.platform.PlatformRestore;
import dev.slipway.backup.run.PlatformServer;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.boot.LeanVertx;
import dev.slipway.platform.boot.ServiceMain;
import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.database.ServerImage;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.EmbeddedPostgres;
import dev.slipway.platform.pg.Migrations;
import dev.slipway.platform.secrets.MasterKeys;
import dev.slipway.store.RestoredPlatform.Repaired;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes a platform on an empty machine from the backup of another: what {@code ./slipway restore
 * FILE} runs. Everything that can be refused is refused before anything is written; it is all made
 * beside its place and moved there in the end, so that an attempt that was cut off leaves no half
 * platform.
 */
public final class RestoreMain {
  private static final String HALF = "restoring";
  private static final String ID = "installation-id";

  /** What is moved to its place in the end, before the id. */
  private static final List<String> PUBLISHED = List.of("postgres", "master.key");

  private static final long MEMORY = 512L << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private final Path data;
  private final Path half;
  private final Path masterKey;
  private final PlatformFile file;
  private final PlatformHead head;
  private final Settings settings;

  private RestoreMain(Path data, Path file, Path masterKey, Settings settings) {
    this.data = data;
    this.half = data.resolve(HALF);
    this.masterKey = masterKey;
    this.settings = settings;
    this.file = PlatformFile.of(file, MasterKeys.ofFile(masterKey));
    this.head = this.file.prove();
  }

  public static void main(String[] args) {
    ServiceMain.run("slipway restore", () -> run(args, Settings.of(System.getenv())));
  }

  private static void run(String[] args, Settings settings) throws IOException {
    if (args.length != 2) {
      throw new SetupFailure("It takes the backup's file and the master key's file.");
    }
    StandaloneConfig config = StandaloneConfig.from(settings);
    settings.check();
    if (config.databaseUrl().isPresent()) {
      throw new SetupFailure(
          "SLIPWAY_DATABASE_URL is set, and a platform is restored into its own embedded server:"
              + " unset it; on a server of yours, restore that server's own backup.");
    }
    mustBeEmpty(config.data());
    var restore = new RestoreMain(config.data(), Path.of(args[0]), Path.of(args[1]), settings);
    say("It is the state of the installation " + restore.head.installation() + ".");
    restore.restore(config);
    // nothing of ours runs any more, and no thread of a library is to keep us
    System.exit(0);
  }

  /**
   * Backups that were brought along may lie there, and what a restore left that was cut off; all
   * else is somebody's.
   */
  private static void mustBeEmpty(Path data) throws IOException {
    if (!Files.exists(data)) {
      return;
    }
    Set<String> allowed = new HashSet<>(Set.of("backups", "run", "log", HALF));
    if (wasCutOff(data)) {
      allowed.addAll(PUBLISHED);
    }
    try (var entries = Files.list(data)) {
      List<String> there =
          entries
              .map(entry -> entry.getFileName().toString())
              .filter(name -> !allowed.contains(name))
              .sorted()
              .toList();
      if (!there.isEmpty()) {
        throw new SetupFailure(
            "The data directory "
                + data
                + " is not empty ("
                + there.getFirst()
                + "): name another one with --data, or remove what is there with './slipway down"
                + " --remove'. Nothing was changed.");
      }
    }
  }

  private static boolean wasCutOff(Path data) {
    return Files.exists(data.resolve(HALF)) && !Files.exists(data.resolve(ID));
  }

  /** Its server may have outlived it. */
  private void clearLeftOvers() throws IOException {
    Path cluster = half.resolve("postgres").resolve("cluster");
    if (Files.exists(cluster.resolve("postmaster.pid"))) {
      EmbeddedPostgres.start(half.resolve("postgres")).stop();
    }
    if (wasCutOff(data)) {
      for (String name : PUBLISHED) {
        Trees.delete(data.resolve(name));
      }
    }
    Trees.delete(half);
  }

  private void restore(StandaloneConfig config) throws IOException {
    Files.createDirectories(data);
    clearLeftOvers();
    Files.createDirectory(half);
    EmbeddedPostgres postgres = EmbeddedPostgres.start(half.resolve("postgres"));
    Runtime.getRuntime().addShutdownHook(new Thread(postgres::stop, "restore-stop"));
    DockerEngine engine = JavaDockerEngine.at(config.dockerHost());
    try {
      Repaired repaired = filled(postgres, engine);
      postgres.stop();
      publish();
      tell(repaired);
    } catch (IOException | RuntimeException e) {
      postgres.stop();
      clearLeftOvers();
      throw e;
    } finally {
      engine.close();
    }
  }

  private Repaired filled(EmbeddedPostgres postgres, DockerEngine engine) throws IOException {
    var restore =
        new PlatformRestore(
            engine, ServerImage.from(settings), MEMORY, PATIENCE, data.resolve("backups"));
    settings.check();
    var server = new PlatformServer(postgres.url(), PlatformServer.HOST);
    restore.fill(file, head, server, RestoreMain::say);
    Vertx vertx = Vertx.vertx(LeanVertx.options(1));
    try {
      mustBeKnown(Migrations.unknown(vertx, postgres.url()).await());
      Migrations.run(vertx, postgres.url()).await();
      Database database = Database.connect(vertx, postgres.url(), 2);
      say("Making it true for this machine.");
      return restore.repair(database, head);
    } finally {
      vertx.close().await();
    }
  }

  private static void mustBeKnown(List<String> migrations) {
    if (!migrations.isEmpty()) {
      throw new SetupFailure(
          "The backup was taken by a newer version of Slipway: this one does not know "
              + migrations.getLast()
              + ". Update Slipway to at least that version, then restore again.");
    }
  }

  /** The id last: without it a data directory holds no installation. */
  private void publish() throws IOException {
    Files.move(half.resolve("postgres"), data.resolve("postgres"));
    OwnedFile.write(data.resolve("master.key"), Files.readString(masterKey));
    OwnedFile.write(data.resolve(ID), head.installation() + "\n");
    Trees.delete(half);
  }

  private static void tell(Repaired repaired) {
    say("The platform's state is here. './slipway up' starts it.");
    tell("are built and deployed again then", repaired.applications());
    tell("are made again from their newest verified backup", repaired.databases());
    tell("have no verified backup, and their data are lost", repaired.lost());
    tell("begin empty: the platform's backup does not hold volumes", repaired.volumes());
  }

  private static void tell(String what, List<String> names) {
    if (!names.isEmpty()) {
      say("These " + what + ": " + String.join(", ", names) + ".");
    }
  }

  private static void say(String text) {
    System.err.println("slipway: " + text);
  }
}
