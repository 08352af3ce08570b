package dev.slipway.platform.logs;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/** Reads stored batches without parsing the lines: each begins with its number. */
public final class Segments {
  private static final byte[] SEQ = LineEncoder.ascii("{\"seq\":");
  private static final byte[] TO = LineEncoder.ascii("\"to\":");

  private Segments() {}

  /** Is shown each line of a batch. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * One line.
     *
     * @param lastSeq its number; the last missing number when it is a gap record
     * @param gap whether it is a gap record
     * @param start where its JSON begins in the batch
     * @param end where it ends, the line end not included
     */
    void line(long lastSeq, boolean gap, int start, int end);
  }

  /** Visits every line in order. */
  public static void forEach(Buffer ndjson, Visitor visitor) {
    byte[] bytes = ndjson.getBytes();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        visit(bytes, start, i, visitor);
        start = i + 1;
      }
    }
    if (start < bytes.length) {
      visit(bytes, start, bytes.length, visitor);
    }
  }

  private static void visit(byte[] bytes, int start, int end, Visitor visitor) {
    boolean line = startsWith(bytes, start, end, SEQ);
    long seq = line ? number(bytes, start + SEQ.length, end) : gapEnd(bytes, start, end);
    visitor.line(seq, !line, start, end);
  }

  /**
   * The lines after {@code seq} (a gap record that reaches beyond it included); the same buffer
   * when all are.
   */
  public static Buffer after(Buffer ndjson, long seq) {
    int[] from = {-1};
    forEach(
        ndjson,
        (lastSeq, gap, start, end) -> {
          if (from[0] < 0 && lastSeq > seq) {
            from[0] = start;
          }
        });
    if (from[0] == 0) {
      return ndjson;
    }
    return from[0] < 0 ? Buffer.buffer() : ndjson.slice(from[0], ndjson.length());
  }

  private static long gapEnd(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      if (startsWith(bytes, i, end, TO)) {
        return number(bytes, i + TO.length, end);
      }
    }
    return 0;
  }

  private static boolean startsWith(byte[] bytes, int start, int end, byte[] prefix) {
    return start + prefix.length <= end
        && Arrays.equals(bytes, start, start + prefix.length, prefix, 0, prefix.length);
  }

  private static long number(byte[] bytes, int start, int end) {
    long number = 0;
    for (int i = start; i < end && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
      number = number * 10 + bytes[i] - '0';
    }
    return number;
  }
}
