package dev.slipway.backup.stream;

import dev.slipway.contracts.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a stored backup is not read, or not to its end. */
final class Refusals {
  private static final String TITLE = "The backup cannot be read";

  private Refusals() {}

  static Problem truncated(String how) {
    return problem(
        "backup_truncated",
        "The backup is not complete: " + how + ".",
        "It was cut off when it was copied or stored. Use another backup, or fetch this file again from where it came.",
        null);
  }

  static Problem corrupt(String how) {
    return corrupt(how, null);
  }

  static Problem corrupt(String how, @Nullable Throwable cause) {
    return problem(
        "backup_corrupt",
        "The backup was changed after it was made: " + how + ".",
        "Use another backup, and have the disk or store it lay on checked.",
        cause);
  }

  static Problem notOurs(byte[] opening) {
    return problem(
        "backup_not_ours",
        "This file is no backup made by Slipway" + guess(opening) + ".",
        "Choose a file that a backup was downloaded to; a dump of another tool is imported, not restored.",
        null);
  }

  static Problem versionUnknown(int version) {
    return problem(
        "backup_version_unknown",
        "The backup has form " + version + ", which this version of Slipway does not know.",
        "Update Slipway to at least the version that made it.",
        null);
  }

  static Problem keyMissing(String keyId) {
    return problem(
        "backup_key_missing",
        "The backup is sealed under the key '"
            + keyId
            + "', which this installation does not have.",
        "Give the key with this id, from the installation that made the backup.",
        null);
  }

  static Problem keyWrong(String keyId) {
    return problem(
        "backup_key_wrong",
        "The backup is sealed under the key '"
            + keyId
            + "', and what this installation has under this id is another key.",
        "Give the key with this id from the installation that made the backup.",
        null);
  }

  static Problem unreadable(Throwable cause) {
    return problem(
        "backup_unreadable",
        "The backup could not be read from where it lies: " + cause.getMessage(),
        "Test the destination, then try again.",
        cause);
  }

  private static String guess(byte[] bytes) {
    if (begins(bytes, 0x1f, 0x8b)) {
      return ", but a gzip file";
    }
    if (begins(bytes, 0x28, 0xb5, 0x2f, 0xfd)) {
      return ", but a zstd file of another program";
    }
    if (begins(bytes, 'P', 'G', 'D', 'M', 'P')) {
      return ", but a dump of pg_dump";
    }
    return begins(bytes, 'P', 'K', 3, 4) ? ", but a zip file" : "";
  }

  private static boolean begins(byte[] bytes, int... with) {
    for (int i = 0; i < with.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xff) != with[i]) {
        return false;
      }
    }
    return true;
  }

  private static Problem problem(
      String code, String detail, String remedy, @Nullable Throwable cause) {
    return new Problem(422, code, TITLE, detail, remedy, List.of(), cause);
  }
}
