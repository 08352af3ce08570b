package dev.slipway.platform.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Reads tar, bare or in gzip, as a stream. */
final class TarArchive {
  private static final int EXECUTABLE = 0111;

  private TarArchive() {}

  static void read(Path archive, boolean gzip, Reading reading) throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 64 << 10);
        var headers =
            new Meter.Headers(
                gzip
                    ? GzipCompressorInputStream.builder()
                        .setInputStream(file)
                        .setDecompressConcatenated(true)
                        .get()
                    : file);
        var tar = new TarArchiveInputStream(headers, StandardCharsets.UTF_8.name())) {
      headers.begin();
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        headers.end();
        reading.next();
        take(entry, tar, reading);
        // the rest, so that what is skipped is counted as well
        Sink.NOWHERE.file("", tar, false, reading.meter());
        headers.begin();
      }
    }
  }

  private static void take(TarArchiveEntry entry, InputStream content, Reading reading)
      throws IOException {
    var name = entry.getName();
    if (entry.isLink()) {
      reading.hardLink(name);
    } else if (entry.isSymbolicLink()) {
      reading.link(name, entry.getLinkName());
    } else if (entry.isDirectory()) {
      reading.folder(name);
    } else if (isPlain(entry)) {
      reading.file(name, content, (entry.getMode() & EXECUTABLE) != 0);
    } else {
      reading.other(name);
    }
  }

  private static boolean isPlain(TarArchiveEntry entry) {
    byte kind = entry.getLinkFlag();
    return !entry.isSparse()
        && (kind == TarConstants.LF_NORMAL
            || kind == TarConstants.LF_OLDNORM
            || kind == TarConstants.LF_CONTIG);
  }
}
