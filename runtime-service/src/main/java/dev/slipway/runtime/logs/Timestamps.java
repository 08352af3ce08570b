package dev.slipway.runtime.logs;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;

/**
 * Reads the moment before each line of a container's log ({@code 2026-11-21T22:30:01.123456789Z}).
 * One per follower: it remembers the second it read last, for thousands of lines share one.
 */
final class Timestamps {
  static final long UNREADABLE = -1;
  private static final int SECONDS_LENGTH = 19;
  private static final int LONGEST = 40;

  private final byte[] secondText = new byte[SECONDS_LENGTH];
  private long secondNanos;
  private int length;

  /** The moment in nanoseconds since 1970, or {@link #UNREADABLE}. */
  long read(byte[] bytes, int from, int limit) {
    int end = blank(bytes, from, Math.min(limit, LONGEST));
    if (end < SECONDS_LENGTH) {
      return UNREADABLE;
    }
    length = end + 1;
    if (bytes[from + end - 1] != 'Z') {
      return slowly(bytes, from, end);
    }
    if (!Arrays.equals(secondText, 0, SECONDS_LENGTH, bytes, from, from + SECONDS_LENGTH)) {
      long whole = slowly(bytes, from, end);
      if (whole == UNREADABLE) {
        return UNREADABLE;
      }
      secondNanos = whole - whole % 1_000_000_000;
      System.arraycopy(bytes, from, secondText, 0, SECONDS_LENGTH);
    }
    return secondNanos + fraction(bytes, from + SECONDS_LENGTH, from + end - 1);
  }

  /** How many bytes the moment read last took, its blank included. */
  int length() {
    return length;
  }

  private static int blank(byte[] bytes, int from, int limit) {
    for (int i = 0; i < limit; i++) {
      if (bytes[from + i] == ' ') {
        return i;
      }
    }
    return -1;
  }

  private static long fraction(byte[] bytes, int dot, int end) {
    long nanos = 0;
    int digits = 0;
    for (int i = dot + 1; i < end && digits < 9; i++, digits++) {
      nanos = nanos * 10 + (bytes[i] - '0');
    }
    for (; digits < 9; digits++) {
      nanos *= 10;
    }
    return nanos;
  }

  private static long slowly(byte[] bytes, int from, int length) {
    try {
      Instant at = Instant.parse(new String(bytes, from, length, StandardCharsets.US_ASCII));
      return at.getEpochSecond() * 1_000_000_000 + at.getNano();
    } catch (DateTimeParseException e) {
      return UNREADABLE;
    }
  }
}
