package dev.slipway.ingress.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One message head, cut into its parts without copying: the bytes and where each part lies. An
 * instance is reused by its event loop and is valid until the next {@link #parse}.
 */
public final class Head {
  /** Bytes of a head, start line included, that are read at most. */
  public static final int MAX_BYTES = 32 * 1024;

  static final int MAX_FIELDS = 128;

  private static final boolean[] TOKEN = tokenBytes();

  byte[] bytes = new byte[0];
  final Field[] fields = new Field[MAX_FIELDS];
  final int[] nameFrom = new int[MAX_FIELDS];
  final int[] nameTo = new int[MAX_FIELDS];
  final int[] valueFrom = new int[MAX_FIELDS];
  final int[] valueTo = new int[MAX_FIELDS];
  int count;
  int startFrom;
  int startTo;

  private static boolean[] tokenBytes() {
    boolean[] token = new boolean[128];
    for (int c = 0; c < 128; c++) {
      token[c] = Character.isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
    return token;
  }

  /**
   * Where the head that starts at {@code from} ends, or -1 when more bytes are needed.
   *
   * @param scanned bytes before this index were looked at by an earlier call
   * @throws BadMessage as soon as a line ends without CR: others would read other lines
   */
  public static int end(byte[] bytes, int from, int scanned, int to) {
    for (int i = Math.max(from, scanned); i < to; i++) {
      if (bytes[i] != '\n') {
        continue;
      }
      if (i == from || bytes[i - 1] != '\r') {
        throw new BadMessage(400, "A line of the message head does not end with CR LF");
      }
      if (i - 3 >= from && bytes[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  /** Cuts the head in {@code [from, to)}, the empty line at its end included. */
  public void parse(byte[] source, int from, int to) {
    bytes = source;
    count = 0;
    startFrom = from;
    startTo = lineEnd(from, to);
    int at = startTo + 2;
    while (at < to - 2) {
      int end = lineEnd(at, to);
      header(at, end);
      at = end + 2;
    }
  }

  private int lineEnd(int from, int to) {
    byte[] in = bytes;
    int i = from;
    while (i < to && in[i] != '\r') {
      byte b = in[i];
      if (b < 0x20 && b >= 0 && b != '\t' || b == 0x7f) {
        throw new BadMessage(400, "The message head contains a control character");
      }
      i++;
    }
    if (i + 1 >= to || in[i + 1] != '\n') {
      throw new BadMessage(400, "A line of the message head does not end with CR LF");
    }
    return i;
  }

  private void header(int from, int end) {
    if (count == MAX_FIELDS) {
      throw new BadMessage(431, "There are more than " + MAX_FIELDS + " header fields");
    }
    int colon = from;
    while (colon < end && isToken(bytes[colon])) {
      colon++;
    }
    if (colon == from || colon == end || bytes[colon] != ':') {
      throw new BadMessage(400, "A header field has no valid name");
    }
    int first = colon + 1;
    int last = end;
    while (first < last && isBlank(bytes[first])) {
      first++;
    }
    while (last > first && isBlank(bytes[last - 1])) {
      last--;
    }
    fields[count] = Field.named(bytes, from, colon);
    nameFrom[count] = from;
    nameTo[count] = colon;
    valueFrom[count] = first;
    valueTo[count] = last;
    count++;
  }

  static boolean isToken(byte b) {
    return b >= 0 && TOKEN[b];
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  String value(int field) {
    return text(valueFrom[field], valueTo[field]);
  }

  String text(int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  boolean valueIs(int field, String lowerCase) {
    int length = valueTo[field] - valueFrom[field];
    if (length != lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (Field.lower(bytes[valueFrom[field] + i]) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The value of a Content-Length, strictly: digits only.
   *
   * @throws BadMessage when it is anything else or does not fit
   */
  long length(int field) {
    int digits = valueTo[field] - valueFrom[field];
    if (digits == 0 || digits > 18) {
      throw new BadMessage(400, "Content-Length is not a number that can be meant");
    }
    long length = 0;
    for (int i = valueFrom[field]; i < valueTo[field]; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        throw new BadMessage(400, "Content-Length is not a number");
      }
      length = length * 10 + (bytes[i] - '0');
    }
    return length;
  }

  boolean sameName(int field, String lowerCase) {
    return Arrays.equals(
            bytes,
            nameFrom[field],
            nameTo[field],
            lowerCase.getBytes(StandardCharsets.ISO_8859_1),
            0,
            lowerCase.length())
        || text(nameFrom[field], nameTo[field]).equalsIgnoreCase(lowerCase);
  }
}
