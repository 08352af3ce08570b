package dev.slipway.backup.content;

import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** What a file is, by its first bytes: a backup of Slipway's, or a dump that its engine reads. */
final class DumpFile {
  /** As many bytes tell it. */
  static final int OPENING = 32;

  private static final byte[] OURS = ascii("SLIPWAY-BACKUP");
  private static final int OURS_AT = 8;

  private DumpFile() {}

  /** Whether it was downloaded from a Slipway: stored as it is. */
  static boolean isBackup(byte[] opening) {
    return opening.length >= OURS_AT + OURS.length
        && Arrays.equals(opening, OURS_AT, OURS_AT + OURS.length, OURS, 0, OURS.length);
  }

  /**
   * Refuses what the engine's tools would not read, before it is sent for an hour.
   *
   * @throws Problem {@code dump_compressed}, {@code dump_not_custom}, {@code dump_not_rdb}
   */
  static void requireReadable(DatabaseEngine engine, byte[] opening) {
    if (begins(opening, 0x1f, 0x8b)
        || begins(opening, 'B', 'Z', 'h')
        || begins(opening, 0xfd, '7', 'z', 'X', 'Z')
        || begins(opening, 0x28, 0xb5, 0x2f, 0xfd)
        || begins(opening, 'P', 'K', 3, 4)) {
      throw refused(
          "dump_compressed", "The dump is compressed.", "Unpack it, and send what is in it.");
    }
    switch (engine) {
      case POSTGRESQL -> {
        if (!begins(opening, 'P', 'G', 'D', 'M', 'P')) {
          throw refused(
              "dump_not_custom",
              "This is no dump in the custom format of pg_dump.",
              "Make it with pg_dump --format=custom.");
        }
      }
      case REDIS, VALKEY -> {
        if (!begins(opening, 'R', 'E', 'D', 'I', 'S')
            && !begins(opening, 'V', 'A', 'L', 'K', 'E', 'Y')) {
          throw refused(
              "dump_not_rdb", "This is no RDB file.", "Make it with redis-cli --rdb FILE.");
        }
      }
      case MARIADB, MYSQL, MONGODB -> {
        // Text, or an archive of mongodump: only their own tools can tell.
      }
    }
  }

  private static boolean begins(byte[] bytes, int... with) {
    for (int i = 0; i < with.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xff) != with[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static Problem refused(String code, String detail, String remedy) {
    return new Problem(422, code, "The dump cannot be taken in", detail, remedy, List.of(), null);
  }
}
