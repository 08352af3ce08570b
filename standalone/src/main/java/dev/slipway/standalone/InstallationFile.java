package dev.slipway.standalone;

import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.cluster.InstallationId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The installation's id as it lies in the data directory; the database must have the same one. */
final class InstallationFile {
  private static final String FILE = "installation-id";

  private InstallationFile() {}

  /** The id in the data directory, made when there is none yet. */
  static String of(Path data) {
    Path file = data.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(data);
        Files.writeString(file, InstallationId.random() + "\n");
      }
      String id = Files.readString(file).strip();
      if (!InstallationId.isShaped(id)) {
        throw new SetupFailure(
            file + " does not hold 12 hexadecimal digits; restore it from a backup of the folder.");
      }
      return id;
    } catch (IOException e) {
      throw new UncheckedIOException("The data directory " + data + " cannot be used", e);
    }
  }
}
