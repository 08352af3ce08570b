package dev.slipway.platform.pg;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code postmaster.pid} says about the server of a cluster folder.
 *
 * @param pid of its main process
 * @param port it listens on
 * @param ready it accepts connections
 */
record Postmaster(long pid, int port, boolean ready) {
  private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);

  /** Beyond the largest pid that Linux gives. */
  private static final String NOBODYS_PID = "4194999";

  /**
   * The living server of this cluster; empty when the file is missing, half written, or names a
   * stranger.
   */
  static Optional<Postmaster> of(Path cluster) {
    try {
      List<String> lines = Files.readAllLines(cluster.resolve("postmaster.pid"));
      if (lines.size() < 4) {
        return Optional.empty();
      }
      long pid = Long.parseLong(lines.get(0).strip());
      int port = Integer.parseInt(lines.get(3).strip());
      boolean ready = lines.size() > 7 && lines.get(7).strip().equals("ready");
      return serves(pid, cluster)
          ? Optional.of(new Postmaster(pid, port, ready))
          : Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * A pid may have been given to somebody else since: only a command line with our folder counts.
   */
  private static boolean serves(long pid, Path cluster) throws IOException {
    Path commandLine = Path.of("/proc/" + pid + "/cmdline");
    if (!Files.exists(commandLine)) {
      return false;
    }
    List<String> words =
        List.of(new String(Files.readAllBytes(commandLine), StandardCharsets.UTF_8).split("\0"));
    return words.contains(cluster.toString())
        && words.stream().anyMatch(w -> w.endsWith("postgres"));
  }

  /**
   * Makes PostgreSQL start over the trace of a dead server whose pid somebody else has by now. The
   * rest of the file stays: by it PostgreSQL waits for orphans of the dead server that may still
   * write.
   */
  static void forgetDead(Path cluster) throws IOException {
    Path trace = cluster.resolve("postmaster.pid");
    if (!Files.exists(trace)) {
      return;
    }
    LOG.info("The embedded PostgreSQL was not shut down the last time; it will recover.");
    List<String> lines = new ArrayList<>(Files.readAllLines(trace));
    if (!lines.isEmpty()) {
      lines.set(0, NOBODYS_PID);
      Files.write(trace, lines);
    }
  }

  /** SIGINT: a fast shutdown. SIGQUIT: at once, with recovery at the next start. */
  void signal(String name) throws IOException {
    // The JDK can only send SIGTERM and SIGKILL; SIGTERM would wait for every client.
    new ProcessBuilder("sh", "-c", "kill -s " + name + " " + pid).start().onExit().join();
  }

  boolean isAlive() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
