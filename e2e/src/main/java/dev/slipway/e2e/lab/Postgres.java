package dev.slipway.e2e.lab;

import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Until;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/** The PostgreSQL that the platform ships, on the lab's own address, reached by all its hosts. */
public final class Postgres {
  private static final String DATABASE = "slipway";
  private static final int PORT = 5432;
  // refuses to be root; any other user will do
  private static final List<String> UNPRIVILEGED =
      List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups");

  private final String host;
  private final Path folder;
  private final String password;
  private Daemon daemon;

  private Postgres(String host, Path folder, String password, Daemon daemon) {
    this.host = host;
    this.folder = folder;
    this.password = password;
    this.daemon = daemon;
  }

  static Postgres start(String host, Path folder) {
    byte[] random = new byte[12];
    new Random().nextBytes(random);
    String password = HexFormat.of().formatHex(random);
    unpack(folder);
    Path words = folder.resolve("password");
    try {
      Files.writeString(words, password + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Shell.run("chown", "-R", "65534:65534", folder.toString());
    Shell.run("chmod", "755", folder.resolveSibling(".").normalize().toString());
    run(
        program(folder, "initdb"),
        "--pgdata=" + folder.resolve("cluster"),
        "--username=" + DATABASE,
        "--pwfile=" + words,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--no-instructions");
    run(
        "sh",
        "-c",
        "echo 'create database " + DATABASE + "' | \"$1\" --single -D \"$2\" postgres",
        "sh",
        program(folder, "postgres"),
        folder.resolve("cluster").toString());
    try {
      Files.writeString(
          folder.resolve("cluster/pg_hba.conf"), "host all all 10.99.0.0/16 scram-sha-256\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Postgres postgres = new Postgres(host, folder, password, launch(host, folder));
    postgres.awaitOpen();
    return postgres;
  }

  /** From the platform's own jar, so that the version is the one that it is shipped with. */
  private static void unpack(Path folder) {
    Path programs = folder.resolve("programs");
    try (Stream<Path> jars =
        Files.list(SlipwayHost.home().resolve("standalone/target/slipway/lib"))) {
      Path jar =
          jars.filter(j -> j.getFileName().toString().contains("postgres-binaries-linux-amd64"))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("the distribution has no PostgreSQL"));
      Files.createDirectories(programs);
      Path archive = folder.resolve("postgres.txz");
      try (ZipFile zip = new ZipFile(jar.toFile());
          InputStream packed = zip.getInputStream(zip.getEntry("postgres-linux-x86_64.txz"))) {
        Files.copy(packed, archive);
      }
      Shell.run("tar", "-xJf", archive.toString(), "-C", programs.toString());
      Files.delete(archive);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String program(Path folder, String name) {
    return folder.resolve("programs/bin").resolve(name).toString();
  }

  private static void run(String... command) {
    List<String> words = new ArrayList<>(UNPRIVILEGED);
    words.addAll(List.of(command));
    Shell.run(Path.of("/"), words.toArray(String[]::new));
  }

  private static Daemon launch(String host, Path folder) {
    List<String> command = new ArrayList<>(UNPRIVILEGED);
    command.addAll(
        List.of(
            program(folder, "postgres"), "-D", folder.resolve("cluster").toString(), "-p", "5432"));
    for (String setting :
        List.of(
            "listen_addresses=" + host,
            "unix_socket_directories=",
            // nine processes with a pool each, and the dead ones' connections until they are missed
            "max_connections=300",
            "shared_buffers=32MB",
            "tcp_keepalives_idle=10",
            "tcp_keepalives_interval=5",
            "tcp_keepalives_count=3",
            "log_min_messages=warning",
            "timezone=UTC")) {
      command.addAll(List.of("-c", setting));
    }
    return Daemon.start(folder.resolve("server.log"), Map.of(), command);
  }

  private void awaitOpen() {
    Until.holds(
        () -> "PostgreSQL answers\n" + daemon.tail(),
        Duration.ofSeconds(60),
        Duration.ofMillis(50),
        this::answers);
  }

  private boolean answers() {
    try (Truth truth = truth()) {
      return truth.count("select 1") == 1;
    } catch (RuntimeException e) {
      return false; // it is starting
    }
  }

  /** A reader of the rows that the platform keeps. */
  public Truth truth() {
    return Truth.at(url());
  }

  /** What {@code SLIPWAY_DATABASE_URL} takes. */
  public String url() {
    return "postgresql://" + DATABASE + ":" + password + "@" + host + ":" + PORT + "/" + DATABASE;
  }

  public String host() {
    return host;
  }

  // ---- faults --------------------------------------------------------------------------------

  /** The server dies at once with all its connections; it recovers at the next start. */
  public void kill() {
    // its children notice that the parent is gone and end by themselves
    daemon.kill();
    Until.holds(
        "the children of the killed PostgreSQL end",
        Duration.ofSeconds(20),
        Duration.ofMillis(20),
        () -> Ground.processesNaming(folder).isEmpty());
  }

  public void startAgain() {
    try {
      Files.deleteIfExists(folder.resolve("cluster/postmaster.pid"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon = launch(host, folder);
    awaitOpen();
  }
}
