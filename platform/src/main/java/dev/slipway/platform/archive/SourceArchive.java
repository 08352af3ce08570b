package dev.slipway.platform.archive;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * A tar, tar.gz or zip file of source on the disk; what it is, its first bytes say. Reading blocks
 * and belongs on a virtual thread.
 *
 * <p>All refusals are {@link Problem}s: {@code archive_unreadable}, {@code archive_too_large},
 * {@code path_refused}, {@code path_ambiguous}, {@code entry_refused}.
 */
public final class SourceArchive {
  private static final int TAR_HEADER = 512;

  private final Path file;
  private final ArchiveLimits limits;

  public SourceArchive(Path file, ArchiveLimits limits) {
    this.file = file;
    this.limits = limits;
  }

  /** Reads it whole and writes nothing. */
  public Unpacked inspect() throws IOException {
    return read(Sink.NOWHERE);
  }

  /**
   * Writes its files into a new folder. When it is refused, nothing of it stays.
   *
   * @param into does not exist yet
   */
  public Unpacked unpack(Path into) throws IOException {
    Files.createDirectory(into);
    boolean whole = false;
    try {
      var unpacked = read(Sink.into(into));
      whole = true;
      return unpacked;
    } finally {
      if (!whole) {
        remove(into);
      }
    }
  }

  private Unpacked read(Sink sink) throws IOException {
    var reading = new Reading(limits, Files.size(file), sink);
    try {
      switch (kind()) {
        case ZIP -> ZipArchive.read(file, limits.entries(), reading);
        case GZIP -> TarArchive.read(file, true, reading);
        case TAR -> TarArchive.read(file, false, reading);
      }
      return reading.end();
    } catch (Problem | InterruptedIOException refused) {
      throw refused;
    } catch (java.nio.file.FileSystemException disk) {
      throw disk;
    } catch (IOException | RuntimeException damaged) {
      if (String.valueOf(damaged.getMessage()).contains("No space left")) {
        throw damaged;
      }
      throw Refusals.unreadable("it is damaged", damaged);
    }
  }

  private enum Kind {
    ZIP,
    GZIP,
    TAR
  }

  private Kind kind() throws IOException {
    byte[] head;
    try (var in = Files.newInputStream(file)) {
      head = in.readNBytes(TAR_HEADER);
    }
    if (head.length > 3 && head[0] == 'P' && head[1] == 'K') {
      return Kind.ZIP;
    }
    if (head.length > 2 && (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b) {
      return Kind.GZIP;
    }
    if (head.length == TAR_HEADER
        && !Arrays.equals(head, new byte[TAR_HEADER])
        && TarUtils.verifyCheckSum(head)) {
      return Kind.TAR;
    }
    throw Refusals.unreadable("it is neither tar, tar.gz nor zip", null);
  }

  private static void remove(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
