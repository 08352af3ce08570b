package dev.slipway.platform.logs;

/**
 * Guesses how much a line matters from a word near its beginning: {@code ERROR}, {@code FATAL},
 * {@code PANIC}, {@code CRITICAL} and {@code WARN}, {@code WARNING} as whole words in capitals, or
 * in any case where a label stands: at the beginning, in brackets, after {@code level=} or before a
 * colon. Standard error alone says nothing: many tools write their progress there.
 */
final class LevelGuess {
  private static final int LOOK_AT_MOST = 96;
  private static final boolean[] MAY_BEGIN = new boolean[256];
  private static final byte[][] ERRORS =
      words("error", "fatal", "panic", "critical", "severe", "err");
  private static final byte[][] WARNINGS = words("warning", "warn");

  static {
    for (char c : "eEfFpPcCsSwW".toCharArray()) {
      MAY_BEGIN[c] = true;
    }
  }

  private LevelGuess() {}

  private static byte[][] words(String... words) {
    byte[][] bytes = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      bytes[i] = words[i].getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }
    return bytes;
  }

  static LogLevel of(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int look = offset + Math.min(length, LOOK_AT_MOST);
    boolean inWord = false;
    for (int i = offset; i < look; i++) {
      int b = bytes[i] & 0xff;
      boolean letter = isLetter(b);
      if (letter && !inWord && MAY_BEGIN[b]) {
        LogLevel level = wordAt(bytes, offset, i, end);
        if (level != LogLevel.INFO) {
          return level;
        }
      }
      inWord = letter;
    }
    return LogLevel.INFO;
  }

  private static LogLevel wordAt(byte[] bytes, int lineStart, int at, int end) {
    for (byte[] word : ERRORS) {
      if (matches(bytes, lineStart, at, end, word)) {
        return LogLevel.ERROR;
      }
    }
    for (byte[] word : WARNINGS) {
      if (matches(bytes, lineStart, at, end, word)) {
        return LogLevel.WARN;
      }
    }
    return LogLevel.INFO;
  }

  private static boolean matches(byte[] bytes, int lineStart, int at, int end, byte[] word) {
    int after = at + word.length;
    if (after > end || (after < end && isLetter(bytes[after] & 0xff))) {
      return false;
    }
    boolean capitals = true;
    for (int i = 0; i < word.length; i++) {
      int b = bytes[at + i];
      if ((b | 0x20) != word[i]) {
        return false;
      }
      capitals &= b < 'a';
    }
    return capitals || isLabel(bytes, lineStart, at, after, end);
  }

  private static boolean isLabel(byte[] bytes, int lineStart, int at, int after, int end) {
    byte before = at == lineStart ? (byte) '[' : bytes[at - 1];
    byte next = after == end ? (byte) ' ' : bytes[after];
    return switch (before) {
      case '[', '<', '(', '=', '"' -> next != '-' && next != '_' && next != '/' && next != '.';
      default -> next == ':' || next == '[' || next == ']';
    };
  }

  private static boolean isLetter(int b) {
    return ((b | 0x20) >= 'a' && (b | 0x20) <= 'z') || b == '_';
  }
}
