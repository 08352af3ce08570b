package dev.slipway.builder.run;

import dev.slipway.builder.source.WorkTree;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.archive.ArchiveLimits;
import dev.slipway.platform.archive.SourceArchive;
import dev.slipway.store.SourceArchiveStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Brings a sent archive here, part by part, and unpacks it under the guards of every archive. */
final class SentSource {
  private final SourceArchiveStore archives;
  private final Path folder;

  /** A source that keeps the archive in this folder while it unpacks. */
  SentSource(SourceArchiveStore archives, Path folder) {
    this.archives = archives;
    this.folder = folder;
  }

  WorkTree unpack(String id, Path into) throws IOException {
    var file = folder.resolve("archive");
    try {
      fetch(id, file);
      var unpacked = new SourceArchive(file, ArchiveLimits.DEFAULTS).unpack(into);
      return new WorkTree(into, unpacked.files(), unpacked.bytes(), 0);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void fetch(String id, Path file) throws IOException {
    var digest = sha256();
    try (var out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      int number = 0;
      for (var part = archives.part(id, number).await();
          part != null;
          part = archives.part(id, ++number).await()) {
        var bytes = part.getBytes();
        digest.update(bytes);
        out.write(bytes);
      }
    }
    if (!HexFormat.of().formatHex(digest.digest()).equals(id)) {
      throw Problem.failed(
          "archive_damaged",
          "The source archive "
              + id.substring(0, 7)
              + " is not what was sent, or was removed meanwhile.",
          "Send the source again.");
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
