package dev.slipway.builder.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs other programs so that nothing of them outlives the thread that waits for them. */
final class Programs {
  private static final Duration GRACE = Duration.ofSeconds(3);

  private Programs() {}

  /** Takes what a program prints. */
  interface Output {
    void write(byte[] bytes, int offset, int length);
  }

  /** Where an installed program is. */
  static Optional<Path> find(String name) {
    return Stream.of(String.valueOf(System.getenv("PATH")).split(":"))
        .filter(folder -> !folder.isBlank())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Runs a program to its end.
   *
   * @return its exit code, or -1 when it had to be stopped after {@code limit}
   * @throws InterruptedException after the program and its children are gone
   */
  static int run(
      List<String> command,
      Path folder,
      Map<String, String> variables,
      Duration limit,
      Output output)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
    // our own settings hold keys and passwords, and these programs run what strangers wrote
    builder.environment().keySet().removeIf(name -> name.startsWith("SLIPWAY_"));
    builder.environment().putAll(variables);
    var process = builder.start();
    // a pipe blocks the thread that reads it, so this one is the platform's
    var reader =
        Thread.ofPlatform()
            .daemon()
            .name("output-" + process.pid())
            .start(() -> copy(process.getInputStream(), output));
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        reader.join(GRACE);
        return process.exitValue();
      }
      return -1;
    } finally {
      stop(process);
    }
  }

  private static void copy(InputStream in, Output output) {
    var buffer = new byte[8192];
    try (in) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        output.write(buffer, 0, read);
      }
    } catch (IOException e) {
      output.write(
          new byte[0],
          0,
          0); // the pipe closed under a program that was stopped: all that came was copied
    }
  }

  private static void stop(Process process) {
    if (!process.isAlive()) {
      return;
    }
    var all = Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroy);
    boolean interrupted = Thread.interrupted();
    try {
      process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    all.forEach(ProcessHandle::destroyForcibly);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
