package dev.slipway.builder.run;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.EngineInfo;
import java.io.IOException;
import java.nio.file.Files;

/** Refuses to begin what would fill the disk: a full one harms every application on the host. */
final class DiskSpace {
  private DiskSpace() {}

  static void admit(BuilderConfig config, EngineInfo engine) throws IOException {
    Files.createDirectories(config.data());
    check("the data directory's disk", Files.getFileStore(config.data()).getUsableSpace(), config);
    if (engine.freeBytes() >= 0) {
      check("the Docker engine's disk (" + engine.storageRoot() + ")", engine.freeBytes(), config);
    }
  }

  /** Whether a write failed because the disk is full, however deep that is said. */
  static boolean noneLeft(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains("No space left on device")) {
        return true;
      }
    }
    return false;
  }

  /** What a deployment tells then. */
  static Problem ranOut(Throwable failure) {
    return Problem.failed(
        "disk_full",
        "The disk of the builder's data directory is full.",
        "Free space there, or give the builder a larger SLIPWAY_DATA, then deploy again.",
        failure);
  }

  private static void check(String where, long free, BuilderConfig config) {
    long needed = config.limits().freeBytes();
    if (free < needed) {
      throw Problem.failed(
          "disk_full",
          "Only %,d MB are free on %s; a build needs %,d MB."
              .formatted(free >> 20, where, needed >> 20),
          "Free space there (`docker system df` shows what images take), or lower SLIPWAY_BUILD_FREE_SPACE.");
    }
  }
}
