package dev.slipway.runtime.logs;

/**
 * A place in what one container prints into one of its two pipes. Moments of one pipe never go
 * back; those of two pipes may cross, which is why each has a mark of its own.
 *
 * @param nanos since 1970, of the last whole line that is counted; 0: none
 * @param lines how many lines of that moment are counted, from 1
 * @param pieces how much of the line behind it is counted, in lines of the stream: a long line and
 *     a progress bar become several
 */
record Mark(long nanos, int lines, int pieces) {
  static final Mark NONE = new Mark(0, 0, 0);

  static Mark read(String text) {
    String[] parts = text.split(":");
    return new Mark(
        Long.parseLong(parts[0]),
        Integer.parseInt(parts[1]),
        parts.length > 2 ? Integer.parseInt(parts[2]) : 0);
  }

  String text() {
    return nanos + ":" + lines + (pieces == 0 ? "" : ":" + pieces);
  }

  /** A whole line more. */
  Mark line(long at) {
    return new Mark(at, at == nanos ? lines + 1 : 1, 0);
  }

  Mark pieces(int count) {
    return new Mark(nanos, lines, count);
  }
}
