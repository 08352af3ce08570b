package dev.slipway.platform.logs;

/**
 * Takes out what only a terminal understands: escape sequences (colours, cursor moves, titles) and
 * NUL.
 */
final class TerminalText {
  private static final byte ESCAPE = 0x1b;
  private static final byte BELL = 0x07;

  private TerminalText() {}

  /** Cleans {@code bytes[0, length)} where it is; tells the new length. */
  static int clean(byte[] bytes, int length) {
    int write = 0;
    int read = 0;
    while (read < length) {
      byte b = bytes[read];
      if (b == ESCAPE) {
        read = afterSequence(bytes, read + 1, length);
      } else {
        if (b != 0) {
          bytes[write++] = b;
        }
        read++;
      }
    }
    return write;
  }

  /** {@code at} is behind the escape byte. An unfinished sequence reaches to the end. */
  private static int afterSequence(byte[] bytes, int at, int length) {
    if (at >= length) {
      return length;
    }
    return switch (bytes[at]) {
      case '[' -> afterControlSequence(bytes, at + 1, length);
      case ']', 'P', 'X', '^', '_' -> afterString(bytes, at + 1, length);
      case '(', ')', '*', '+', '#', '%', ' ' -> Math.min(at + 2, length);
      default -> at + 1;
    };
  }

  private static int afterControlSequence(byte[] bytes, int from, int length) {
    int at = from;
    while (at < length && (bytes[at] < 0x40 || bytes[at] > 0x7e)) {
      at++;
    }
    return Math.min(at + 1, length);
  }

  private static int afterString(byte[] bytes, int from, int length) {
    for (int at = from; at < length; at++) {
      if (bytes[at] == BELL) {
        return at + 1;
      }
      if (bytes[at] == ESCAPE && at + 1 < length && bytes[at + 1] == '\\') {
        return at + 2;
      }
    }
    return length;
  }
}
