package dev.slipway.platform.logs;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Encoded lines on their way to the store, in batches, bounded by bytes. When it is full the oldest
 * batch goes, and the one behind it counts what went. Guarded by its stream's lock.
 */
final class LogRing {
  /** A batch is full at this size… */
  static final int BATCH_BYTES = 32 * 1024;

  /** …or at this many lines. */
  static final int BATCH_LINES = 512;

  private static final int FIRST_BATCH_BYTES = 1024;

  private final long capacity;
  private final ArrayDeque<LineBatch> full = new ArrayDeque<>();
  private final LineEncoder open = new LineEncoder(FIRST_BATCH_BYTES);
  private final int[] openEnds = new int[BATCH_LINES];
  private int openLines;
  private long written;
  private long fullBytes;
  private long dropped;
  private long missing;

  LogRing(long capacity) {
    this.capacity = capacity;
  }

  /** Where the next line is to be written; {@link #wrote} must follow. */
  LineEncoder encoder() {
    return open;
  }

  /** A line is in the encoder. */
  void wrote() {
    written++;
    openEnds[openLines++] = open.length();
    // What a line's number takes is not in it yet.
    int bytes = open.length() + openLines * 16;
    if (bytes >= BATCH_BYTES - 512 || openLines >= BATCH_LINES) {
      seal(BATCH_BYTES + 4096);
      dropOldest();
    }
  }

  private void seal(int nextCapacity) {
    byte[] bodies = open.takeAll(nextCapacity);
    full.add(new LineBatch(0, bodies, Arrays.copyOf(openEnds, openLines), written));
    fullBytes += bodies.length;
    openLines = 0;
  }

  private void dropOldest() {
    while (fullBytes > capacity && full.size() > 1) {
      LineBatch oldest = full.remove();
      fullBytes -= oldest.bytes();
      dropped += oldest.count();
      missing += oldest.count();
    }
  }

  /** The oldest batch, full or not; null when there is nothing. */
  @Nullable LineBatch take() {
    if (full.isEmpty() && openLines > 0) {
      seal(FIRST_BATCH_BYTES);
    }
    LineBatch oldest = full.poll();
    if (oldest == null) {
      return null;
    }
    fullBytes -= oldest.bytes();
    LineBatch counted = oldest.after(missing);
    missing = 0;
    return counted;
  }

  /** How many lines were written in all: the place of the last one. */
  long written() {
    return written;
  }

  /** Bytes that wait. */
  long bytes() {
    return fullBytes + open.length();
  }

  /** More writing would soon drop something. */
  boolean isCrowded() {
    return bytes() > capacity / 2;
  }

  /** Lines that were dropped and counted, in all. */
  long dropped() {
    return dropped;
  }
}
