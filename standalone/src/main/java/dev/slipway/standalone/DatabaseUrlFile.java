package dev.slipway.standalone;

import dev.slipway.platform.pg.DatabaseUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Tells the ingress, a process of its own, where the database is: the embedded one's port changes.
 */
final class DatabaseUrlFile {
  private static final String FILE = "database.url";

  private DatabaseUrlFile() {}

  static void write(Path data, DatabaseUrl url) {
    try {
      Path half = data.resolve(FILE + ".new");
      Files.deleteIfExists(half);
      // Made with its rights: it holds a password, and there is no moment at which others may read.
      Files.createFile(
          half, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(half, url.reveal() + "\n");
      Files.move(
          half,
          data.resolve(FILE),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + data.resolve(FILE), e);
    }
  }
}
