package dev.slipway.gateway.live;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A batch of log lines as it was stored: one public line object (or gap record) per line of text,
 * in order. Its lines are never parsed, only cut; and what it looks like on a wire is made once,
 * however many read it.
 */
final class LogBatch {
  private static final byte[] SEQ = "{\"seq\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] GAP = "{\"gap\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TO = "\"to\":".getBytes(StandardCharsets.US_ASCII);

  private final long firstSeq;
  private final long lastSeq;
  private final byte[] ndjson;
  private @Nullable Buffer frames;
  private @Nullable Buffer events;

  /**
   * A batch.
   *
   * @param ndjson lines, each ended by a line feed (the last one may lack it)
   */
  LogBatch(long firstSeq, long lastSeq, byte[] ndjson) {
    this.firstSeq = firstSeq;
    this.lastSeq = lastSeq;
    this.ndjson = ndjson;
  }

  long firstSeq() {
    return firstSeq;
  }

  long lastSeq() {
    return lastSeq;
  }

  int bytes() {
    return ndjson.length;
  }

  /** Gets every line: its place in the text, and its seq (of a gap: its end). */
  interface Visitor {
    /** False: enough. */
    boolean line(long seq, byte[] text, int start, int length);
  }

  void lines(Visitor visitor) {
    int start = 0;
    while (start < ndjson.length) {
      int end = start;
      while (end < ndjson.length && ndjson[end] != '\n') {
        end++;
      }
      if (end > start && !visitor.line(seq(start, end), ndjson, start, end - start)) {
        return;
      }
      start = end + 1;
    }
  }

  /** The lines after a number; this batch itself when that is all of them. */
  LogBatch after(long seq) {
    if (seq < firstSeq) {
      return this;
    }
    int[] from = {ndjson.length};
    lines((lineSeq, text, start, length) -> {
      if (lineSeq > seq) {
        from[0] = start;
        return false;
      }
      return true;
    });
    return new LogBatch(
        seq + 1, lastSeq, java.util.Arrays.copyOfRange(ndjson, from[0], ndjson.length));
  }

  Buffer encoded(Sink.Form form) {
    return switch (form) {
      case FRAMES -> {
        Buffer made = frames;
        if (made == null) {
          made = Buffer.buffer(ndjson.length + ndjson.length / 16 + 64);
          Buffer into = made;
          lines((seq, text, start, length) -> {
            Frames.append(into, Frames.TEXT, text, start, length);
            return true;
          });
          frames = made;
        }
        yield made;
      }
      case SSE -> {
        Buffer made = events;
        if (made == null) {
          made = Buffer.buffer(ndjson.length + ndjson.length / 4 + 64);
          Buffer into = made;
          lines((seq, text, start, length) -> {
            into.appendString("id: ").appendString(Long.toString(seq)).appendString("\ndata: ");
            into.appendBytes(text, start, length).appendString("\n\n");
            return true;
          });
          events = made;
        }
        yield made;
      }
    };
  }

  /** The lines that a filter lets through, as a batch over the same numbers; gaps always pass. */
  LogBatch matching(LineFilter filter) {
    Buffer kept = Buffer.buffer();
    lines((seq, text, start, length) -> {
      if (filter.passes(text, start, length)) {
        kept.appendBytes(text, start, length).appendByte((byte) '\n');
      }
      return true;
    });
    return new LogBatch(firstSeq, lastSeq, kept.getBytes());
  }

  private long seq(int start, int end) {
    if (startsWith(SEQ, start, end)) {
      return number(start + SEQ.length, end);
    }
    if (startsWith(GAP, start, end)) {
      for (int i = start + GAP.length; i < end; i++) {
        if (startsWith(TO, i, end)) {
          return number(i + TO.length, end);
        }
      }
    }
    return lastSeq; // a record of a kind we do not know yet is passed on, not judged
  }

  private boolean startsWith(byte[] what, int at, int end) {
    return at + what.length <= end
        && java.util.Arrays.equals(ndjson, at, at + what.length, what, 0, what.length);
  }

  private long number(int at, int end) {
    long number = 0;
    for (int i = at; i < end && ndjson[i] >= '0' && ndjson[i] <= '9'; i++) {
      number = number * 10 + (ndjson[i] - '0');
    }
    return number;
  }

  /** A record of lines that were lost. */
  static LogBatch gap(long from, long to) {
    String record = "{\"gap\":{\"from\":" + from + ",\"to\":" + to + "}}\n";
    return new LogBatch(from, to, record.getBytes(StandardCharsets.US_ASCII));
  }
}
