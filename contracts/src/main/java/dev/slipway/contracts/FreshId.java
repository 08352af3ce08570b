package dev.slipway.contracts;

import java.security.SecureRandom;

/**
 * Makes ids: a prefix that says what it is, 9 characters of time (milliseconds) so that ids sort by
 * birth, 11 random ones (55 bits) so that nobody guesses the next. Crockford's base 32, lower case.
 */
public final class FreshId {
  private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final SecureRandom RANDOM = new SecureRandom();

  private FreshId() {}

  /** A new id such as {@code app_1k5x0c9m2q7w3e8r4t6y}. */
  public static String of(String prefix) {
    char[] id = new char[20];
    encode(System.currentTimeMillis(), id, 0, 9);
    encode(RANDOM.nextLong(), id, 9, 11);
    return prefix + "_" + new String(id);
  }

  private static void encode(long bits, char[] into, int from, int length) {
    for (int i = from + length - 1; i >= from; i--) {
      into[i] = ALPHABET[(int) (bits & 31)];
      bits >>>= 5;
    }
  }
}
