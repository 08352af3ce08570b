package dev.slipway.builder.run;

import dev.slipway.contracts.problem.Problem;

/** A disk that was full in the middle of a write, whoever found out. */
final class DiskSpace {
  private DiskSpace() {}

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
}
