package dev.slipway.backup.dump;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a backup of the platform's own state says of itself. On another machine there is no table to
 * look its manifest up in, so it stands before the dump: a line that names the form, a line of
 * JSON, then what {@code pg_dump} wrote.
 *
 * @param installation whose state it is
 * @param slipway the version that took it
 * @param serverVersion of the database
 * @param takenAt the moment the content is of
 * @param counts rows per table
 */
public record PlatformHead(
    String installation,
    String slipway,
    String serverVersion,
    Instant takenAt,
    SortedMap<String, Long> counts) {
  private static final String FORM = "SLIPWAY-PLATFORM 1";
  private static final int LONGEST = 1 << 20;

  public PlatformHead {
    counts = new TreeMap<>((Map<String, Long>) counts);
  }

  /** As it is written. */
  byte[] bytes() {
    return (FORM + "\n" + Json.text(this) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads it; what follows in the stream is the dump.
   *
   * @throws Problem {@code backup_not_platform} for a backup of anything else
   */
  public static PlatformHead read(InputStream content) throws IOException {
    if (!line(content, FORM.length()).equals(FORM)) {
      throw refused("This is no backup of a platform's own state.", null);
    }
    try {
      return Json.read(line(content, LONGEST), PlatformHead.class);
    } catch (IllegalArgumentException e) {
      throw refused("What this backup says of itself cannot be read.", e);
    }
  }

  /** Byte by byte, because not one of the dump may be taken. */
  private static String line(InputStream content, int longest) throws IOException {
    var line = new java.io.ByteArrayOutputStream();
    for (int next = content.read(); next >= 0 && next != '\n'; next = content.read()) {
      if (line.size() == longest) {
        throw refused("This is no backup of a platform's own state.", null);
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  private static Problem refused(String detail, @Nullable Throwable cause) {
    return new Problem(
        422,
        "backup_not_platform",
        "Another backup is needed",
        detail,
        "Choose a file that './slipway backup --output FILE' wrote; a backup of a database is put"
            + " back with './slipway restore create'.",
        List.of(),
        cause);
  }
}
