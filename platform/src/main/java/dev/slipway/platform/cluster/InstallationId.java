package dev.slipway.platform.cluster;

import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.config.Settings;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The 12 hexadecimal digits that mark everything an installation makes. The database has the last
 * word: with another installation's database a process would adopt, or remove, what is not its own.
 */
public final class InstallationId {
  private static final String SETTING = "SLIPWAY_INSTALLATION";

  private InstallationId() {}

  /** What was set; empty: whatever the database says. The caller checks the settings. */
  static Optional<String> from(Settings settings) {
    Optional<String> given = settings.text(SETTING);
    if (given.isPresent() && !isShaped(given.get())) {
      settings.mistake(
          SETTING, "is '" + given.get() + "'", "set 12 hexadecimal digits, or leave it out");
    }
    return given;
  }

  /** A new one. */
  public static String random() {
    byte[] random = new byte[6];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  public static boolean isShaped(String id) {
    return id.matches("[0-9a-f]{12}");
  }

  /**
   * Refuses to go on with another installation's database.
   *
   * @param where what names the installation here, for the sentence
   */
  public static void mustAgree(String here, String inDatabase, String where) {
    if (!here.equals(inDatabase)) {
      throw new SetupFailure(
          "The database belongs to the installation "
              + inDatabase
              + " and "
              + where
              + " to "
              + here
              + "; point SLIPWAY_DATABASE_URL and "
              + where
              + " at the same one.");
    }
  }

  static void mustAgree(Optional<String> here, String inDatabase) {
    here.ifPresent(id -> mustAgree(id, inDatabase, SETTING));
  }
}
