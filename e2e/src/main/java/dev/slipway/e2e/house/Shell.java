package dev.slipway.e2e.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs other programs to their end, never longer than they are given. */
public final class Shell {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Shell() {}

  /**
   * How a program ended.
   *
   * @param output what it said on both its outputs, in order
   */
  public record Outcome(int code, String output) {
    public boolean ok() {
      return code == 0;
    }

    /** The output without the line break at its end. */
    public String text() {
      return output.strip();
    }
  }

  /** The output of a program that must succeed within two minutes. */
  public static String run(String... command) {
    return run(null, command);
  }

  /** The same, in a folder. */
  public static String run(@Nullable Path folder, String... command) {
    Outcome outcome = tryRun(folder, Map.of(), LIMIT, List.of(command));
    if (!outcome.ok()) {
      throw new IllegalStateException(
          String.join(" ", command) + " ended with " + outcome.code() + ": " + outcome.text());
    }
    return outcome.text();
  }

  /** Runs a program; one that outlasts its limit is killed and its end is an error. */
  public static Outcome tryRun(
      @Nullable Path folder,
      Map<String, String> environment,
      Duration limit,
      List<String> command) {
    try {
      // a file, not a pipe: what the program leaves behind may hold its outputs open for hours
      Path output = Files.createTempFile("slipway-e2e-", ".out");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        if (folder != null) {
          builder.directory(folder.toFile());
        }
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          throw new IllegalStateException(
              String.join(" ", command) + " took longer than " + limit + ":\n" + read(output));
        }
        return new Outcome(process.exitValue(), read(output));
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + command.getFirst() + " ran", e);
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8);
  }
}
