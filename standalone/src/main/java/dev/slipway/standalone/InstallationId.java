package dev.slipway.standalone;

import dev.slipway.platform.boot.SetupFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The 12 hexadecimal digits that mark everything this installation makes. They lie in the data
 * directory and in the database, and the two must agree: a database of another installation would
 * make this one adopt, or remove, what is not its own.
 */
final class InstallationId {
  private static final String FILE = "installation-id";

  private InstallationId() {}

  /** The id in the data directory, made when there is none yet. */
  static String of(Path data) {
    Path file = data.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        Files.createDirectories(data);
        Files.writeString(file, HexFormat.of().formatHex(random) + "\n");
      }
      String id = Files.readString(file).strip();
      if (!id.matches("[0-9a-f]{12}")) {
        throw new SetupFailure(
            file + " does not hold 12 hexadecimal digits; restore it from a backup of the folder.");
      }
      return id;
    } catch (IOException e) {
      throw new UncheckedIOException("The data directory " + data + " cannot be used", e);
    }
  }

  /** Refuses to go on with another installation's database. */
  static void mustAgree(String here, String inDatabase) {
    if (!here.equals(inDatabase)) {
      throw new SetupFailure(
          "The database belongs to the installation "
              + inDatabase
              + " and the data directory to "
              + here
              + "; point SLIPWAY_DATABASE_URL and SLIPWAY_DATA at the same one.");
    }
  }
}
