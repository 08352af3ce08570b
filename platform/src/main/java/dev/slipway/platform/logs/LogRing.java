package dev.slipway.platform.logs;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Encoded lines on their way to the store, in batches, bounded by bytes. When it is full the oldest
 * batch goes, and the one behind it begins with a gap record that counts what went. Guarded by its
 * stream's lock.
 */
final class LogRing {
  /** A batch is full at this size… */
  static final int BATCH_BYTES = 32 * 1024;

  /** …or at this many lines. */
  static final int BATCH_LINES = 512;

  private static final int FIRST_BATCH_BYTES = 1024;

  private final long capacity;
  private final ArrayDeque<Batch> full = new ArrayDeque<>();
  private final LineEncoder open = new LineEncoder(FIRST_BATCH_BYTES);
  private long openFirst;
  private long openLast;
  private int openLines;
  private long fullBytes;
  private long dropped;
  private long gapFrom;
  private long gapTo;

  LogRing(long capacity) {
    this.capacity = capacity;
  }

  /** Lines {@code first} to {@code last}, possibly behind a gap record. */
  static final class Batch {
    private final long first;
    private final long last;
    private final byte[] ndjson;

    private Batch(long first, long last, byte[] ndjson) {
      this.first = first;
      this.last = last;
      this.ndjson = ndjson;
    }

    long first() {
      return first;
    }

    long last() {
      return last;
    }

    byte[] ndjson() {
      return ndjson;
    }
  }

  /** Where the next line is to be written; {@link #wrote} must follow. */
  LineEncoder encoder() {
    return open;
  }

  /** Line {@code seq} is in the encoder. */
  void wrote(long seq) {
    if (openLines == 0) {
      openFirst = seq;
    }
    openLast = seq;
    openLines++;
    if (open.length() >= BATCH_BYTES - 512 || openLines >= BATCH_LINES) {
      seal(BATCH_BYTES + 4096);
      dropOldest();
    }
  }

  private void seal(int nextCapacity) {
    byte[] ndjson = open.takeAll(nextCapacity);
    full.add(new Batch(openFirst, openLast, ndjson));
    fullBytes += ndjson.length;
    openLines = 0;
  }

  private void dropOldest() {
    while (fullBytes > capacity && full.size() > 1) {
      Batch oldest = full.remove();
      fullBytes -= oldest.ndjson.length;
      dropped += oldest.last - oldest.first + 1;
      gapFrom = gapFrom == 0 ? oldest.first : gapFrom;
      gapTo = oldest.last;
    }
  }

  /** The oldest batch, full or not; null when there is nothing. */
  @Nullable Batch take() {
    if (full.isEmpty() && openLines > 0) {
      seal(FIRST_BATCH_BYTES);
    }
    Batch oldest = full.poll();
    if (oldest == null) {
      return null;
    }
    fullBytes -= oldest.ndjson.length;
    if (gapFrom == 0) {
      return oldest;
    }
    byte[] gap = LineEncoder.gap(gapFrom, gapTo);
    byte[] both = Arrays.copyOf(gap, gap.length + oldest.ndjson.length);
    System.arraycopy(oldest.ndjson, 0, both, gap.length, oldest.ndjson.length);
    Batch withGap = new Batch(gapFrom, oldest.last, both);
    gapFrom = 0;
    return withGap;
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
