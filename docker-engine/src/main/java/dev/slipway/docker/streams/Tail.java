package dev.slipway.docker.streams;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Keeps the last 16 KiB that were written to it. */
public final class Tail extends OutputStream {
  private static final int CAPACITY = 16 * 1024;

  private final byte[] ring = new byte[CAPACITY];
  private long written;

  @Override
  public synchronized void write(int b) {
    ring[(int) (written++ % CAPACITY)] = (byte) b;
  }

  @Override
  public synchronized void write(byte[] source, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, source.length);
    for (var i = Math.max(0, length - CAPACITY); i < length; i++) {
      ring[(int) ((written + i) % CAPACITY)] = source[offset + i];
    }
    written += length;
  }

  /** As UTF-8, beginning with a whole character. */
  public synchronized String text() {
    var kept = new byte[(int) Math.min(written, CAPACITY)];
    for (var i = 0; i < kept.length; i++) {
      kept[i] = ring[(int) ((written - kept.length + i) % CAPACITY)];
    }
    var start = 0;
    while (written > CAPACITY && start < 3 && (kept[start] & 0xc0) == 0x80) {
      start++;
    }
    return new String(kept, start, kept.length - start, StandardCharsets.UTF_8);
  }
}
