package dev.slipway.platform.database;

import dev.slipway.platform.config.Secret;
import java.security.SecureRandom;

/**
 * Passwords of databases: 32 letters and digits, which need no code in a URL and no quotes in a
 * statement; 190 bits of chance.
 */
public final class NewPassword {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int LENGTH = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private NewPassword() {}

  /** One that nobody has seen. */
  public static Secret random() {
    StringBuilder password = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      password.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return new Secret(password.toString());
  }
}
