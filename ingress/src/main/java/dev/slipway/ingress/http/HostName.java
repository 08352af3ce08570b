package dev.slipway.ingress.http;

import org.jspecify.annotations.Nullable;

/** The host a request is meant for, as routes are keyed: lower case, no port, no trailing dot. */
final class HostName {
  private static final int MAX_LENGTH = 253;

  private HostName() {}

  /**
   * The key, or null when the value is no plain host name or IPv4 address with an optional port.
   */
  static @Nullable String key(byte[] in, int from, int to) {
    int end = from;
    while (end < to && in[end] != ':') {
      end++;
    }
    if (end < to && !isPort(in, end + 1, to)) {
      return null;
    }
    if (end > from && in[end - 1] == '.') {
      end--;
    }
    int length = end - from;
    if (length == 0 || length > MAX_LENGTH) {
      return null;
    }
    return plain(in, from, length);
  }

  @SuppressWarnings(
      "deprecation") // the one constructor that copies Latin-1 bytes without a charset
  private static @Nullable String plain(byte[] in, int from, int length) {
    byte[] key = new byte[length];
    byte previous = '.';
    for (int i = 0; i < length; i++) {
      byte b = Field.lower(in[from + i]);
      boolean valid = b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '-' || b == '_';
      if (!valid && (b != '.' || previous == '.')) {
        return null;
      }
      previous = b;
      key[i] = b;
    }
    return new String(key, 0, 0, length);
  }

  private static boolean isPort(byte[] in, int from, int to) {
    if (to == from || to - from > 5) {
      return false;
    }
    int port = 0;
    for (int i = from; i < to; i++) {
      if (in[i] < '0' || in[i] > '9') {
        return false;
      }
      port = port * 10 + (in[i] - '0');
    }
    return port > 0 && port <= 65_535;
  }
}
