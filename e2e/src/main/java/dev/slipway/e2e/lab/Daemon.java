package dev.slipway.e2e.lab;

import dev.slipway.e2e.house.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that runs until it is told otherwise; what it says goes into a file. */
final class Daemon {
  private static final Duration KILL_LIMIT = Duration.ofSeconds(20);

  private final Process process;
  private final Path log;

  private Daemon(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static Daemon start(Path log, Map<String, String> environment, List<String> command) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      return new Daemon(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean runs() {
    return process.isAlive();
  }

  /** As the kernel kills: no word, no clean-up. */
  void kill() {
    process.destroyForcibly();
    if (!awaitEnd(KILL_LIMIT)) {
      throw new IllegalStateException("process " + pid() + " outlives its kill");
    }
  }

  /** Frozen in the middle of whatever it does, with all its connections open. */
  void pause() {
    signal("STOP");
  }

  void resume() {
    signal("CONT");
  }

  /** Asks it to end, and insists when the limit is over; true when it ended by itself. */
  boolean stop(Duration limit) {
    process.destroy();
    if (awaitEnd(limit)) {
      return true;
    }
    kill();
    return false;
  }

  private boolean awaitEnd(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while process " + pid() + " ended", e);
    }
  }

  private void signal(String name) {
    Shell.run("kill", "-" + name, Long.toString(pid()));
  }

  /** The last lines it said. */
  String tail() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), java.nio.charset.StandardCharsets.UTF_8)
              .lines()
              .toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
