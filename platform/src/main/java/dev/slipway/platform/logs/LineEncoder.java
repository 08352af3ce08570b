package dev.slipway.platform.logs;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * Writes public line objects into a growing byte array, by hand: a hundred thousand lines a second
 * leave no room for an object tree per line. Text is checked as UTF-8 on the way; what is not valid
 * becomes U+FFFD.
 */
final class LineEncoder {
  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final byte[] AT = ascii(",\"at\":\"");
  private static final byte[] CONTINUED = ascii(",\"continued\":true}\n");
  private static final byte[] END = ascii("}\n");
  private static final byte[] GAP_FROM = ascii("{\"gap\":{\"from\":");
  private static final byte[] GAP_TO = ascii(",\"to\":");
  private static final byte[] GAP_END = ascii("}}\n");

  private final byte[] time = ascii("1970-01-01T00:00:00.000Z");
  private long timeSecond = Long.MIN_VALUE;
  private byte[] bytes;
  private int length;

  LineEncoder(int capacity) {
    bytes = new byte[capacity];
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  int length() {
    return length;
  }

  /** What was written since the last call; the encoder begins anew with the given capacity. */
  byte[] takeAll(int nextCapacity) {
    byte[] all = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    bytes = new byte[nextCapacity];
    length = 0;
    return all;
  }

  /**
   * Writes one line object without its beginning, the number, which {@link LineBatch} puts before
   * it; {@code middle} is what stands between the time and the text.
   */
  void line(long epochMillis, byte[] middle, Text text, boolean continued) {
    // 6 bytes for each of the text's at worst (\\u0001), and the frame.
    reserve(text.length * 6 + middle.length + 96);
    put(AT);
    putTime(epochMillis);
    put(middle);
    if ((text.traits & (LineFramer.ESCAPES | LineFramer.BEYOND_ASCII)) == 0) {
      System.arraycopy(text.bytes, text.offset, bytes, length, text.length);
      length += text.length;
    } else {
      putEscaped(text.bytes, text.offset, text.offset + text.length);
    }
    bytes[length++] = '"';
    put(continued ? CONTINUED : END);
  }

  /** A line's bytes, and what {@link LineFramer} saw in them. */
  static final class Text {
    byte[] bytes = new byte[0];
    int offset;
    int length;
    int traits;
  }

  static byte[] gap(long from, long to) {
    LineEncoder encoder = new LineEncoder(80);
    encoder.put(GAP_FROM);
    encoder.putNumber(from);
    encoder.put(GAP_TO);
    encoder.putNumber(to);
    encoder.put(GAP_END);
    return encoder.takeAll(0);
  }

  /** Writes a decimal number at {@code at}; tells where it ends. */
  static int number(byte[] bytes, int at, long number) {
    int end = at + digits(number);
    long rest = number;
    for (int i = end - 1; i >= at; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return end;
  }

  static int digits(long number) {
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    return digits;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  private void put(byte[] part) {
    System.arraycopy(part, 0, bytes, length, part.length);
    length += part.length;
  }

  private void putNumber(long number) {
    length = number(bytes, length, number);
  }

  private void putTime(long epochMillis) {
    long second = Math.floorDiv(epochMillis, 1000L);
    if (second != timeSecond) {
      timeSecond = second;
      byte[] rendered = ascii(Instant.ofEpochSecond(second).toString());
      System.arraycopy(rendered, 0, time, 0, 19);
    }
    int millis = (int) (epochMillis - second * 1000);
    time[20] = (byte) ('0' + millis / 100);
    time[21] = (byte) ('0' + millis / 10 % 10);
    time[22] = (byte) ('0' + millis % 10);
    put(time);
  }

  private void putEscaped(byte[] text, int start, int end) {
    int at = start;
    while (at < end) {
      byte b = text[at];
      if (b < 0) {
        at = putBeyondAscii(text, at, end);
      } else if (b == '"' || b == '\\') {
        bytes[length++] = '\\';
        bytes[length++] = b;
        at++;
      } else if (b < 0x20 || b == 0x7f) {
        putControl(b);
        at++;
      } else {
        bytes[length++] = b;
        at++;
      }
    }
  }

  private void putControl(byte b) {
    bytes[length++] = '\\';
    if (b == '\t') {
      bytes[length++] = 't';
      return;
    }
    bytes[length++] = 'u';
    bytes[length++] = '0';
    bytes[length++] = '0';
    bytes[length++] = HEX[b >> 4];
    bytes[length++] = HEX[b & 15];
  }

  /** Copies one valid sequence, or writes U+FFFD for one byte that begins none. */
  private int putBeyondAscii(byte[] text, int at, int end) {
    int size = sequenceLength(text, at, end);
    if (size == 0) {
      bytes[length++] = (byte) 0xef;
      bytes[length++] = (byte) 0xbf;
      bytes[length++] = (byte) 0xbd;
      return at + 1;
    }
    System.arraycopy(text, at, bytes, length, size);
    length += size;
    return at + size;
  }

  /**
   * Length of the valid UTF-8 sequence that begins here; 0 for none (overlong forms and surrogates
   * are none).
   */
  static int sequenceLength(byte[] text, int at, int end) {
    int first = text[at] & 0xff;
    int second = at + 1 < end ? text[at + 1] & 0xff : 0;
    if (first >= 0xc2 && first <= 0xdf) {
      return isTail(second) ? 2 : 0;
    }
    if (first >= 0xe0 && first <= 0xef) {
      boolean range =
          first == 0xe0
              ? second >= 0xa0 && second <= 0xbf
              : first == 0xed ? second >= 0x80 && second <= 0x9f : isTail(second);
      return range && at + 2 < end && isTail(text[at + 2] & 0xff) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
      boolean range =
          first == 0xf0
              ? second >= 0x90 && second <= 0xbf
              : first == 0xf4 ? second >= 0x80 && second <= 0x8f : isTail(second);
      return range && at + 3 < end && isTail(text[at + 2] & 0xff) && isTail(text[at + 3] & 0xff)
          ? 4
          : 0;
    }
    return 0;
  }

  private static boolean isTail(int b) {
    return (b & 0xc0) == 0x80;
  }
}
