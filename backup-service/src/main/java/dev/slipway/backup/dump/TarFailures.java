package dev.slipway.backup.dump;

import dev.slipway.contracts.problem.Problem;
import java.util.List;

/** What tar and find complain about. */
final class TarFailures implements Complaints {

  @Override
  public Problem of(String tool, int code, String stderr, boolean outOfMemory) {
    String said = ToolFailures.lastWords(stderr);
    if (outOfMemory) {
      return problem(
          "tool_out_of_memory",
          tool + " reached its memory limit and was killed.",
          "Give it more with SLIPWAY_BACKUP_MEMORY.");
    }
    if (stderr.contains("No space left on device") || stderr.contains("Disk quota exceeded")) {
      return problem("disk_full", "A disk is full: " + said, "Free space there, then try again.");
    }
    if (code == 127) {
      return problem(
          "tool_failed",
          tool + " is not in the image of the tools.",
          "Name an image with GNU tar and find with SLIPWAY_VOLUME_TOOL_IMAGE, such as"
              + " debian:stable-slim.");
    }
    return problem(
        "tool_failed",
        tool + " ended with code " + code + (said.isEmpty() ? "." : ": " + said),
        "Mend what it complains about, then try again.");
  }

  private static Problem problem(String code, String detail, String remedy) {
    return new Problem(422, code, "The tool failed", detail, remedy, List.of(), null);
  }
}
