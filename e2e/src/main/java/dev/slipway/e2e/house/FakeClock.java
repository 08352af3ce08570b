package dev.slipway.e2e.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A clock that can be set while processes live by it: those that are started with its environment,
 * and their children, are told the host's time and what it is off by. Their timers go on evenly.
 */
public final class FakeClock {
  private static final Pattern LEFT = Pattern.compile("(?:sem\\.)?faketime_(?:sem|shm)_(\\d{1,9})");

  private final Path file;

  /**
   * One that is right.
   *
   * @param file where it is kept; those who live by it read it there
   */
  public FakeClock(Path file) {
    this.file = file;
    set(Duration.ZERO);
    forgetTheDead();
  }

  /**
   * A process that was killed leaves the library's semaphore, and the next one that gets its number
   * does not start.
   */
  private static void forgetTheDead() {
    try (Stream<Path> left = Files.list(Path.of("/dev/shm"))) {
      for (Path each : left.toList()) {
        Matcher ofProcess = LEFT.matcher(each.getFileName().toString());
        if (ofProcess.matches() && ProcessHandle.of(Long.parseLong(ofProcess.group(1))).isEmpty()) {
          Files.deleteIfExists(each);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a process is started with to live by it. */
  public Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD",
        library().toString(),
        "FAKETIME_TIMESTAMP_FILE",
        file.toString(),
        "FAKETIME_NO_CACHE",
        "1",
        "FAKETIME_DONT_FAKE_MONOTONIC",
        "1",
        // or every wait with a limit in a JVM, which is by the monotonic clock, is over at once
        "FAKETIME_FORCE_MONOTONIC_FIX",
        "0");
  }

  private static Path library() {
    try (Stream<Path> found =
        Files.find(
            Path.of("/usr/lib"),
            4,
            (path, attributes) -> path.getFileName().toString().equals("libfaketimeMT.so.1"))) {
      return found
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("install the package faketime"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets it, in one move, so that nobody reads half a time. */
  public void set(Duration offset) {
    Path half = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(half, "%+d%n".formatted(offset.toSeconds()));
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
