package dev.slipway.backup.destination;

import dev.slipway.contracts.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The failures that more than one kind of destination has, in one wording. */
final class Failures {
  private static final String TITLE = "The destination failed";

  private Failures() {}

  static Problem problem(int status, String code, String detail, String remedy) {
    return problem(status, code, detail, remedy, null);
  }

  static Problem problem(
      int status, String code, String detail, String remedy, @Nullable Throwable cause) {
    return new Problem(status, code, TITLE, detail, remedy, List.of(), cause);
  }

  static Problem missing(String key) {
    return problem(
        404,
        "object_missing",
        "Nothing lies under '" + key + "' at the destination.",
        "It may have been removed there by somebody else: list what exists, and look at the destination's own log.");
  }

  static Problem mismatch(String key, String what) {
    return problem(
        502,
        "destination_mismatch",
        "What lies at the destination under '" + key + "' is not what was sent: " + what + ".",
        "It was removed again. Test the destination; if it stays, do not trust this store.");
  }

  static Problem shorter(String key, long by) {
    return problem(
        502,
        "destination_mismatch",
        "What lies at the destination under '" + key + "' ended " + by + " bytes early.",
        "Somebody or something cut it off there. Use another backup, and have the place checked.");
  }

  static Problem unreachable(String where, @Nullable Throwable cause) {
    return problem(
        503,
        "destination_unreachable",
        "There is no connection with " + where + ", or it broke" + reason(cause) + ".",
        "See that it runs and that this machine reaches it: host, port, firewall and, with TLS, its certificate.",
        cause);
  }

  static Problem timeout(String where, @Nullable Throwable cause) {
    return problem(
        503,
        "destination_timeout",
        "The connection with " + where + " stands still.",
        "See that it runs and is not overloaded, and that no firewall drops what is sent; then try again.",
        cause);
  }

  static Problem denied(String where, String why, @Nullable Throwable cause) {
    return problem(
        422,
        "destination_denied",
        "Access to " + where + " is denied" + why + ".",
        "Correct the credentials, and give that user the right to list, read, write and remove there.",
        cause);
  }

  static Problem missing(String what, String remedy, @Nullable Throwable cause) {
    return problem(422, "destination_missing", what + " does not exist.", remedy, cause);
  }

  static Problem failed(String where, String why, @Nullable Throwable cause) {
    return problem(
        502,
        "destination_failed",
        "It could not be done at " + where + ": " + why + ".",
        "Look at the destination's own log; test it, then try again.",
        cause);
  }

  private static String reason(@Nullable Throwable cause) {
    return cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
  }

  static Problem diskFull(String where, @Nullable Throwable cause) {
    return problem(
        507,
        "disk_full",
        "There is no space left " + where + ".",
        "Free space there, keep fewer backups, or use another destination.",
        cause);
  }

  static Problem source(Throwable cause) {
    return problem(
        422,
        "source_failed",
        "What was to be stored could not be read to its end: " + cause.getMessage(),
        "Look at the log of the tool that made it. Nothing was stored.",
        cause);
  }

  static Problem tooMany() {
    return problem(
        422,
        "destination_failed",
        "More than " + Destination.MOST_LISTED + " objects lie there.",
        "Give backups a directory or prefix of their own.");
  }
}
