package dev.slipway.platform.pg;

import dev.slipway.platform.boot.SetupFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own: one cluster in one folder, on loopback only, with a random password. The
 * server is a process that outlives this JVM when it is killed; the next start adopts it.
 * Everything here blocks: call it from {@code main} or a virtual thread.
 *
 * <p>In the folder: {@code programs-<version>} (unpacked once), {@code cluster} (the data), {@code
 * password}, {@code port} and {@code server.log}.
 */
public final class EmbeddedPostgres {
  /** The database every installation uses. */
  public static final String DATABASE = "slipway";

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String USER = "slipway";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration ORPHANS_LIMIT = Duration.ofSeconds(10);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final Path cluster;
  private final Postmaster postmaster;
  private final DatabaseUrl url;
  private final boolean adopted;

  private EmbeddedPostgres(Path cluster, Postmaster postmaster, String password, boolean adopted) {
    this.cluster = cluster;
    this.postmaster = postmaster;
    this.adopted = adopted;
    this.url = new DatabaseUrl(USER, password, "127.0.0.1", postmaster.port(), DATABASE, Map.of());
  }

  /**
   * Starts the server of this folder, making the cluster first when there is none, or adopts the
   * one that is running. Returns when it accepts connections.
   *
   * @throws SetupFailure when it cannot work here, with what to do
   */
  public static EmbeddedPostgres start(Path directory) {
    return start(directory, directory);
  }

  /**
   * Like {@link #start(Path)}, with the unpacked programs elsewhere: shared by many short-lived
   * clusters.
   */
  static EmbeddedPostgres start(Path directory, Path programs) {
    try {
      Path folder = Files.createDirectories(directory).toRealPath();
      Path cluster = folder.resolve("cluster");
      Optional<Postmaster> running = Postmaster.of(cluster);
      if (running.isPresent()) {
        Postmaster ready = awaitReady(cluster, folder.resolve("server.log"), () -> true);
        LOG.info("Adopted the embedded PostgreSQL (pid {})", ready.pid());
        return new EmbeddedPostgres(cluster, ready, password(folder), true);
      }
      Path shared = Files.createDirectories(programs).toRealPath();
      return startServer(folder, cluster, PostgresBinaries.unpackedBelow(shared).resolve("bin"));
    } catch (IOException e) {
      throw new UncheckedIOException("The embedded PostgreSQL could not start in " + directory, e);
    }
  }

  private static EmbeddedPostgres startServer(Path folder, Path cluster, Path programs)
      throws IOException {
    Unprivileged user = Unprivileged.toRun(programs.resolve("postgres"), folder);
    String password = password(folder);
    if (!Files.exists(cluster.resolve("PG_VERSION"))) {
      make(folder, cluster, programs, user, password);
    }
    user.give(cluster);
    Postmaster.forgetDead(cluster);
    Path log = folder.resolve("server.log");
    Postmaster ready = launchUntilReady(folder, cluster, programs, user, log);
    return new EmbeddedPostgres(cluster, ready, password, false);
  }

  /**
   * After a kill, orphans of the old server may need a moment to notice; until then a new one
   * refuses to start.
   */
  private static Postmaster launchUntilReady(
      Path folder, Path cluster, Path programs, Unprivileged user, Path log) throws IOException {
    long limit = System.nanoTime() + ORPHANS_LIMIT.toNanos();
    while (true) {
      long before = Files.exists(log) ? Files.size(log) : 0;
      Process process = launch(folder, cluster, programs, user, log);
      try {
        return awaitReady(cluster, log, process::isAlive);
      } catch (SetupFailure e) {
        if (System.nanoTime() > limit || !metOrphans(log, before)) {
          throw e;
        }
        LockSupport.parkNanos(50_000_000);
      }
    }
  }

  private static boolean metOrphans(Path log, long from) throws IOException {
    byte[] all = Files.readAllBytes(log);
    int start = (int) Math.min(from, all.length);
    return new String(all, start, all.length - start, StandardCharsets.UTF_8)
        .contains("shared memory block");
  }

  /**
   * Made beside its place and renamed when it is whole, so that a kill in the middle leaves no half
   * cluster.
   */
  private static void make(
      Path folder, Path cluster, Path programs, Unprivileged user, String password)
      throws IOException {
    Path half = folder.resolve("cluster-unfinished");
    deleteAll(half);
    Files.createDirectory(
        half, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path passwordFile = half.resolveSibling("initial-password");
    Files.writeString(passwordFile, password);
    try {
      user.give(passwordFile);
      user.give(half);
      List<String> initdb = new ArrayList<>(user.prefix());
      initdb.addAll(ClusterSettings.initdb(programs, half, USER, passwordFile));
      run(initdb, "", folder);
    } finally {
      Files.delete(passwordFile);
    }
    List<String> single = new ArrayList<>(user.prefix());
    single.addAll(
        List.of(
            programs.resolve("postgres").toString(),
            "--single",
            "-D",
            half.toString(),
            "postgres"));
    run(single, "CREATE DATABASE " + DATABASE + "\n", folder);
    Files.move(half, cluster, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Process launch(
      Path folder, Path cluster, Path programs, Unprivileged user, Path log) throws IOException {
    // A session of its own: Ctrl-C in our terminal must not reach it, and it may outlive us.
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(user.prefix());
    command.addAll(ClusterSettings.postgres(programs, cluster, port(folder)));
    if (Files.exists(log) && Files.size(log) > 5_000_000) {
      Files.move(log, folder.resolve("server.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    return new ProcessBuilder(command)
        .directory(Path.of("/").toFile())
        .redirectErrorStream(true)
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private static Postmaster awaitReady(Path cluster, Path log, BooleanSupplier alive)
      throws IOException {
    long limit = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < limit) {
      Optional<Postmaster> seen = Postmaster.of(cluster);
      if (seen.isPresent() && seen.get().ready()) {
        return seen.get();
      }
      if (!alive.getAsBoolean()) {
        break;
      }
      LockSupport.parkNanos(4_000_000);
    }
    throw new SetupFailure(
        "The embedded PostgreSQL did not start; the end of " + log + " says why: " + lastLine(log));
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
    return lines.isEmpty() ? "(it is empty)" : lines.getLast();
  }

  /**
   * The port of the last start when it is still free, so that a reader of {@code database.url} is
   * rarely surprised.
   */
  private static int port(Path folder) throws IOException {
    Path kept = folder.resolve("port");
    int wanted = Files.exists(kept) ? Integer.parseInt(Files.readString(kept).strip()) : 0;
    int port = free(wanted).or(() -> free(0)).orElseThrow();
    Files.writeString(kept, port + "\n");
    return port;
  }

  private static Optional<Integer> free(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return Optional.of(probe.getLocalPort());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String password(Path folder) throws IOException {
    Path file = folder.resolve("password");
    if (!Files.exists(file)) {
      byte[] random = new byte[24];
      new SecureRandom().nextBytes(random);
      Path half = folder.resolve("password-unfinished");
      Files.deleteIfExists(half);
      Files.createFile(
          half, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(half, HexFormat.of().formatHex(random));
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return Files.readString(file).strip();
  }

  private static void run(List<String> command, String input, Path folder) throws IOException {
    Path output = folder.resolve("setup.log");
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    if (process.onExit().join().exitValue() != 0) {
      throw new SetupFailure(
          "The embedded PostgreSQL could not be set up; "
              + output
              + " says why: "
              + lastLine(output));
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The database {@value #DATABASE} as its owner. */
  public DatabaseUrl url() {
    return url;
  }

  /** True when the server was running already. */
  public boolean adopted() {
    return adopted;
  }

  /** The server's main process. */
  public long pid() {
    return postmaster.pid();
  }

  /**
   * Ends the server: open transactions are rolled back, clients are cut off. Blocks until it is
   * gone, 20 s at most.
   */
  public void stop() {
    if (Postmaster.of(cluster).filter(p -> p.pid() == postmaster.pid()).isEmpty()) {
      return;
    }
    try {
      postmaster.signal("INT");
      if (!gone(STOP_LIMIT)) {
        LOG.warn("The embedded PostgreSQL does not end; ending it at once, it will recover.");
        postmaster.signal("QUIT");
        gone(STOP_LIMIT);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The embedded PostgreSQL could not be ended", e);
    }
  }

  private boolean gone(Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    while (postmaster.isAlive() && System.nanoTime() < until) {
      LockSupport.parkNanos(4_000_000);
    }
    return !postmaster.isAlive();
  }
}
