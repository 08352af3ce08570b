package dev.slipway.gateway.database;

import dev.slipway.platform.config.Secret;
import java.security.SecureRandom;

/** Passwords of databases: 32 characters that need no code in a URL, 190 bits of chance. */
final class NewPassword {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int LENGTH = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private NewPassword() {}

  /** One that nobody has seen. */
  static Secret random() {
    StringBuilder password = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      password.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return new Secret(password.toString());
  }
}
