package dev.slipway.platform.logs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Replaces secrets by {@code ****}: the longest first, so that a secret that contains another
 * disappears whole. Values below {@value #SHORTEST} characters are left alone (masking {@code true}
 * or {@code 3000} would ruin every log). Each long enough line of a value of several lines counts
 * as a secret, because logs come in lines. Immutable.
 */
public final class SecretMask {
  /** The shortest value that is masked, in characters. */
  public static final int SHORTEST = 6;

  /** Masks nothing. */
  public static final SecretMask NONE = new SecretMask(List.of());

  private static final byte[] STARS = "****".getBytes(StandardCharsets.US_ASCII);

  private final List<byte[]> secrets;
  private final long[] firstTwo = new long[1024];
  private final int longest;

  private SecretMask(List<byte[]> secrets) {
    this.secrets = secrets;
    this.longest = secrets.isEmpty() ? 0 : secrets.getFirst().length;
    for (byte[] secret : secrets) {
      int pair = pair(secret, 0);
      firstTwo[pair >> 6] |= 1L << (pair & 63);
    }
  }

  /** Masks these values. */
  public static SecretMask of(Collection<String> values) {
    TreeSet<String> worth =
        new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(s -> s));
    for (String value : values) {
      for (String line : value.split("[\\r\\n]+")) {
        String secret = line.strip();
        if (secret.codePointCount(0, secret.length()) >= SHORTEST) {
          worth.add(secret);
        }
      }
    }
    if (worth.isEmpty()) {
      return NONE;
    }
    List<byte[]> bytes = new ArrayList<>();
    for (String secret : worth) {
      bytes.add(secret.getBytes(StandardCharsets.UTF_8));
    }
    bytes.sort(Comparator.comparingInt((byte[] b) -> b.length).reversed());
    return new SecretMask(List.copyOf(bytes));
  }

  /** The text with every secret replaced. */
  public String mask(String text) {
    if (secrets.isEmpty()) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new String(bytes, 0, mask(bytes, bytes.length), StandardCharsets.UTF_8);
  }

  /** Bytes of the longest secret; 0 when there is none. */
  public int longest() {
    return longest;
  }

  boolean holdsSecret(byte[] bytes, int offset, int length) {
    return longest > 0 && next(bytes, offset, offset + length) >= 0;
  }

  /**
   * Masks {@code bytes[0, length)} where it is, every secret being longer than its stars; tells the
   * new length.
   */
  int mask(byte[] bytes, int length) {
    int read = 0;
    int write = 0;
    while (longest > 0) {
      int found = next(bytes, read, length);
      if (found < 0) {
        break;
      }
      System.arraycopy(bytes, read, bytes, write, found - read);
      write += found - read;
      int secret = secretAt(bytes, found, length);
      System.arraycopy(STARS, 0, bytes, write, STARS.length);
      write += STARS.length;
      read = found + secret;
    }
    System.arraycopy(bytes, read, bytes, write, length - read);
    return write + length - read;
  }

  private int next(byte[] bytes, int from, int end) {
    for (int i = from; i < end - 1; i++) {
      int pair = pair(bytes, i);
      if ((firstTwo[pair >> 6] & 1L << (pair & 63)) != 0 && secretAt(bytes, i, end) > 0) {
        return i;
      }
    }
    return -1;
  }

  /** Length of the longest secret that begins here; 0 for none. */
  private int secretAt(byte[] bytes, int at, int end) {
    for (byte[] secret : secrets) {
      if (at + secret.length <= end
          && Arrays.equals(bytes, at, at + secret.length, secret, 0, secret.length)) {
        return secret.length;
      }
    }
    return 0;
  }

  private static int pair(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }
}
