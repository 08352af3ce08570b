package dev.slipway.platform.logs;

import java.util.Arrays;

/**
 * Cuts a stream of bytes into lines at LF, CRLF and lone CR (progress bars). A line that lies
 * within one write is passed on where it is, without copying; only what crosses writes is carried
 * over. Not safe to share between threads.
 */
final class LineFramer {
  /** The line holds bytes that JSON must escape. */
  static final int ESCAPES = 1;

  /** The line holds bytes that must go: NUL and terminal sequences. */
  static final int RUBBISH = 2;

  /** The line holds bytes beyond ASCII. */
  static final int BEYOND_ASCII = 4;

  private static final int END = 8;
  private static final byte[] TRAITS = traits();

  private final Lines out;
  private final int cap;
  private byte[] carry = new byte[256];
  private int carried;
  private int carriedTraits;
  private boolean afterCr;
  private boolean afterEmptyCr;

  /**
   * Frames into {@code out}.
   *
   * @param cap how many bytes may be carried before {@link Lines#overlong} has to take some
   */
  LineFramer(int cap, Lines out) {
    this.cap = cap;
    this.out = out;
  }

  /** Takes the lines. The bytes are valid, and may be changed only where said, during the call. */
  interface Lines {
    /** A whole line, or the rest of an overlong one; its bytes must not be changed. */
    void line(byte[] bytes, int offset, int length, int traits);

    /**
     * {@code bytes[0, length)} has grown to the cap and no line end is in sight: take from its
     * beginning, move the rest to the front, and tell how much is left.
     */
    int overlong(byte[] bytes, int length, int traits);
  }

  private static byte[] traits() {
    byte[] traits = new byte[256];
    Arrays.fill(traits, 0, 0x20, (byte) ESCAPES);
    Arrays.fill(traits, 0x80, 0x100, (byte) BEYOND_ASCII);
    traits['"'] = ESCAPES;
    traits['\\'] = ESCAPES;
    traits[0x7f] = ESCAPES;
    traits[0] = RUBBISH;
    traits[0x1b] = RUBBISH;
    traits['\n'] = END;
    traits['\r'] = END;
    return traits;
  }

  static int traitsOf(byte[] bytes, int offset, int length) {
    int traits = 0;
    for (int i = offset; i < offset + length; i++) {
      traits |= TRAITS[bytes[i] & 0xff];
    }
    return (traits & END) == 0 ? traits : (traits & ~END) | ESCAPES;
  }

  /** Takes the next bytes. */
  void write(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int start = offset;
    int traits = 0;
    for (int i = offset; i < end; i++) {
      int trait = TRAITS[bytes[i] & 0xff];
      if (trait == END) {
        lineEnd(bytes, start, i, traits);
        start = i + 1;
        traits = 0;
      } else {
        traits |= trait;
      }
    }
    if (start < end) {
      carry(bytes, start, end - start, traits);
    }
  }

  private void lineEnd(byte[] bytes, int start, int at, int traits) {
    boolean lineFeed = bytes[at] == '\n';
    boolean empty = at == start && carried == 0;
    if (empty && lineFeed && afterCr) {
      // The second half of a CRLF: its line is told unless it was empty.
      afterCr = false;
      if (afterEmptyCr) {
        afterEmptyCr = false;
        out.line(bytes, at, 0, 0);
      }
      return;
    }
    afterCr = !lineFeed;
    afterEmptyCr = !lineFeed && empty;
    if (empty && !lineFeed) {
      return;
    }
    if (carried == 0 && at - start <= cap) {
      out.line(bytes, start, at - start, traits);
      return;
    }
    carry(bytes, start, at - start, traits);
    int length = carried;
    carried = 0;
    int itsTraits = carriedTraits;
    carriedTraits = 0;
    out.line(carry, 0, length, itsTraits);
  }

  private void carry(byte[] bytes, int start, int length, int traits) {
    afterCr = afterCr && length == 0;
    int from = start;
    int left = length;
    carriedTraits |= traits;
    while (left > 0) {
      int part = Math.min(left, cap - carried);
      if (carried + part > carry.length) {
        carry = Arrays.copyOf(carry, Math.min(cap, Math.max(carry.length * 2, carried + part)));
      }
      System.arraycopy(bytes, from, carry, carried, part);
      carried += part;
      from += part;
      left -= part;
      if (carried == cap) {
        carried = out.overlong(carry, carried, carriedTraits);
      }
    }
  }

  /** What was carried of an unfinished line will come again. */
  void forget() {
    carried = 0;
    carriedTraits = 0;
    afterCr = false;
    afterEmptyCr = false;
  }

  /** The stream has ended: what is left without a line end is a line. */
  void end() {
    if (carried > 0) {
      int length = carried;
      carried = 0;
      out.line(carry, 0, length, carriedTraits);
      carriedTraits = 0;
    }
    afterCr = false;
    afterEmptyCr = false;
  }
}
