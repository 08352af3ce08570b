package dev.slipway.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A key as it is made: 160 random bits, so a plain SHA-256 of it is safe to keep.
 *
 * @param key {@code slw_} and 32 characters of base 32
 */
public record NewKey(String key) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final String SHAPE = "slw_[0-9a-z]{32}";
  private static final int CHARACTERS = 32;
  private static final int SHOWN = 10;

  /** Makes one. */
  public static NewKey random() {
    StringBuilder key = new StringBuilder("slw_");
    for (int i = 0; i < CHARACTERS; i++) {
      key.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return new NewKey(key.toString());
  }

  /** Whether a text can be a key at all: what cannot is refused without a look at the database. */
  public static boolean isShaped(String text) {
    return text.matches(SHAPE);
  }

  /** What is kept of a key. */
  public static String hash(String key) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  public String hash() {
    return hash(key);
  }

  /** What the key is recognised by. */
  public String prefix() {
    return key.substring(0, SHOWN);
  }

  @Override
  public String toString() {
    return prefix() + "…";
  }
}
