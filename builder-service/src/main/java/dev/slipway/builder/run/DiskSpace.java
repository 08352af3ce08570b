package dev.slipway.builder.run;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk that was full in the middle of a write, whoever found out. */
final class DiskSpace {
  /** With less than this nothing can be fetched or written, whatever the error says. */
  private static final long FULL = 4 << 20;

  private DiskSpace() {}

  /**
   * Whether something failed because the disk is full: it is said somewhere, or it is so; Git's
   * library tells some full disks as objects that are not there.
   */
  static boolean noneLeft(Throwable failure, BuilderConfig config) {
    if (usable(config.data()) < FULL) {
      return true;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains("No space left on device")) {
        return true;
      }
    }
    return false;
  }

  private static long usable(Path data) {
    try {
      return Files.isDirectory(data) ? Files.getFileStore(data).getUsableSpace() : Long.MAX_VALUE;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a deployment tells then. */
  static Problem ranOut(Throwable failure) {
    return Problem.failed(
        "disk_full",
        "The disk of the builder's data directory is full.",
        "Free space there, or give the builder a larger SLIPWAY_DATA, then deploy again.",
        failure);
  }
}
