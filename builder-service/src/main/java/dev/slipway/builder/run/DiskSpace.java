package dev.slipway.builder.run;

import dev.slipway.builder.source.FullDisk;
import dev.slipway.contracts.problem.Problem;

/** A disk that was full in the middle of a write, in the words of a deployment. */
final class DiskSpace {
  private DiskSpace() {}

  /** Whether something failed because the disk of the data directory is full. */
  static boolean noneLeft(Throwable failure, BuilderConfig config) {
    return FullDisk.explains(failure, config.data());
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
