package dev.slipway.platform.archive;

import dev.slipway.contracts.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The words in which an archive is refused. */
final class Refusals {
  private Refusals() {}

  static Problem unreadable(String why, @Nullable Throwable cause) {
    return refused(
        "archive_unreadable",
        "The archive cannot be read: " + why + ".",
        "Send a tar, tar.gz or zip file, whole and without a password; `git archive --format=tar.gz HEAD` makes one.",
        cause);
  }

  static Problem tooLarge(String what) {
    return refused(
        "archive_too_large",
        "The archive holds " + what + ".",
        "Leave out what the build makes or fetches itself: dependencies, build output, data.",
        null);
  }

  static Problem path(String path, String why) {
    return refused(
        "path_refused",
        "The archive holds '" + shown(path) + "', which " + why + ".",
        "Pack the folder's content with relative names: tar -C FOLDER -czf source.tar.gz .",
        null);
  }

  static Problem twice(String path, String other) {
    return refused(
        "path_ambiguous",
        "The archive holds '"
            + shown(path)
            + "' and '"
            + shown(other)
            + "': the same, or different only in case or in the form of their letters.",
        "Keep one of them.",
        null);
  }

  static Problem kind(String path, String what, String remedy) {
    return refused(
        "entry_refused", "The archive's '" + shown(path) + "' is " + what + ".", remedy, null);
  }

  private static Problem refused(
      String code, String detail, String remedy, @Nullable Throwable cause) {
    return new Problem(422, code, "The archive is refused", detail, remedy, List.of(), cause);
  }

  private static String shown(String path) {
    var printable = path.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
    return printable.length() > 200 ? printable.substring(0, 200) + "…" : printable;
  }
}
