package dev.slipway.platform.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** Reads zip by its central directory, which is what every tool shows. */
final class ZipArchive {
  private static final int KIND = 0170000;
  private static final int PLAIN = 0100000;
  private static final int FOLDER = 0040000;
  private static final int EXECUTABLE = 0111;

  private ZipArchive() {}

  static void read(Path archive, int mostEntries, Reading reading) throws IOException {
    if (ZipDirectory.entries(archive, mostEntries) > mostEntries) {
      throw Refusals.tooLarge("more than " + mostEntries + " files and folders");
    }
    try (var zip =
        ZipFile.builder()
            .setPath(archive)
            .setCharset(StandardCharsets.UTF_8)
            .setUseUnicodeExtraFields(false)
            .setIgnoreLocalFileHeader(true)
            .get()) {
      var entries = zip.getEntries();
      while (entries.hasMoreElements()) {
        reading.next();
        take(entries.nextElement(), zip, reading);
      }
    }
  }

  private static void take(ZipArchiveEntry entry, ZipFile zip, Reading reading) throws IOException {
    var name = entry.getName();
    int kind = entry.getUnixMode() & KIND;
    if (entry.getGeneralPurposeBit().usesEncryption() || !zip.canReadEntryData(entry)) {
      throw Refusals.unreadable("it is encrypted, or packed in a way that is not read here", null);
    }
    if (entry.isUnixSymlink()) {
      try (var target = zip.getInputStream(entry)) {
        reading.link(name, target);
      }
    } else if (entry.isDirectory() || kind == FOLDER) {
      reading.folder(name);
    } else if (kind == 0 || kind == PLAIN) {
      try (var content = zip.getInputStream(entry)) {
        reading.file(name, content, (entry.getUnixMode() & EXECUTABLE) != 0);
      }
    } else {
      reading.other(name);
    }
  }
}
