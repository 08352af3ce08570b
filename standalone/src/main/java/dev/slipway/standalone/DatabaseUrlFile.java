package dev.slipway.standalone;

import dev.slipway.platform.pg.DatabaseUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Tells the ingress, a process of its own, where the database is: the embedded one's port changes.
 */
final class DatabaseUrlFile {
  private static final String FILE = "database.url";

  private DatabaseUrlFile() {}

  static void write(Path data, DatabaseUrl url) {
    try {
      OwnedFile.write(data.resolve(FILE), url.reveal() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + data.resolve(FILE), e);
    }
  }
}
