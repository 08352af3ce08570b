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

  /** What a process ends with that wants to be started again. */
  private static final int REJOIN = 75;

  private final ProcessBuilder builder;
  private final Path log;
  private Process process;
  private boolean ended;

  private Daemon(ProcessBuilder builder, Path log) throws IOException {
    this.builder = builder;
    this.log = log;
    this.process = builder.start();
    supervise();
  }

  static Daemon start(Path log, Map<String, String> environment, List<String> command) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      return new Daemon(builder, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@code ./slipway run} does: one that asks for it is started again, any other stays dead. */
  private void supervise() {
    process.onExit().thenAccept(this::again);
  }

  private synchronized void again(Process gone) {
    if (ended || gone.exitValue() != REJOIN) {
      return;
    }
    try {
      process = builder.start();
      supervise();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized long pid() {
    return process.pid();
  }

  /** Also in the moment between two lives. */
  synchronized boolean runs() {
    return process.isAlive() || (!ended && process.exitValue() == REJOIN);
  }

  /** As the kernel kills: no word, no clean-up. */
  synchronized void kill() {
    ended = true;
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
  synchronized boolean stop(Duration limit) {
    ended = true;
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
