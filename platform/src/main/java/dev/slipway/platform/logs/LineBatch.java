package dev.slipway.platform.logs;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Encoded lines without their numbers, which they get when they are stored: whoever else writes
 * into the stream may have been quicker. Lines that were lost before them are counted, and become a
 * gap record that takes as many numbers.
 */
public final class LineBatch {
  private static final byte[] SEQ = LineEncoder.ascii("{\"seq\":");

  private final long missing;
  private final int lines;
  private final byte[] bodies;
  private final int[] ends;
  private final long place;
  private volatile @Nullable Numbered numbered;

  private record Numbered(long first, Buffer ndjson) {}

  /**
   * @param missing how many lines were lost before these
   * @param ends where each line ends in {@code bodies}
   * @param place the place of the last one among all lines of this writer
   */
  LineBatch(long missing, byte[] bodies, int[] ends, long place) {
    this.missing = missing;
    this.lines = ends.length;
    this.bodies = bodies;
    this.ends = ends;
    this.place = place;
  }

  /** How many numbers it takes, those of lost lines included; 1 or more. */
  public long count() {
    return missing + lines;
  }

  /**
   * Its last line's place among all that this writer wrote since it opened the stream, from 1: the
   * same batch has the same place however often it is stored, and under whichever numbers.
   */
  public long place() {
    return place;
  }

  /**
   * The batch as it is stored when its first number is {@code first}: one public line object (or
   * gap record) per line, each ended by {@code \n}. Not to be changed.
   */
  public Buffer numbered(long first) {
    Numbered made = numbered;
    if (made == null || made.first != first) {
      made = new Numbered(first, number(first));
      numbered = made;
    }
    return made.ndjson;
  }

  private Buffer number(long first) {
    byte[] gap = missing == 0 ? new byte[0] : LineEncoder.gap(first, first + missing - 1);
    int room = SEQ.length + LineEncoder.digits(first + count());
    byte[] bytes = new byte[gap.length + lines * room + bodies.length];
    System.arraycopy(gap, 0, bytes, 0, gap.length);
    int at = gap.length;
    int from = 0;
    for (int i = 0; i < lines; i++) {
      System.arraycopy(SEQ, 0, bytes, at, SEQ.length);
      at = LineEncoder.number(bytes, at + SEQ.length, first + missing + i);
      System.arraycopy(bodies, from, bytes, at, ends[i] - from);
      at += ends[i] - from;
      from = ends[i];
    }
    return Buffer.buffer(at).appendBytes(bytes, 0, at);
  }

  int lines() {
    return lines;
  }

  int bytes() {
    return bodies.length;
  }

  /** The same lines behind others that are lost too. */
  LineBatch after(long moreMissing) {
    return moreMissing == 0 ? this : new LineBatch(missing + moreMissing, bodies, ends, place);
  }
}
