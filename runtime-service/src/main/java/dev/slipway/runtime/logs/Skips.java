package dev.slipway.runtime.logs;

import java.util.concurrent.TimeUnit;

/**
 * Suspects that the engine passed over lines without a word. It does so when a follower falls a
 * whole log file behind: it goes on with the newest file. Then there is a hole in time between two
 * lines, and the second one was there already when the first one was taken. A quiet container
 * leaves such holes too when its reader is held up, so this is a reason to look again, no proof.
 */
final class Skips {
  /** Nobody prints a file of 25 MB in less. */
  private static final long HOLE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private long begunNanos;
  private long lastNanos;
  private long takenNanos;

  /** The engine shows all it has so far without passing over anything, and then follows. */
  void begin() {
    begunNanos = now();
    lastNanos = 0;
  }

  /** Whether lines may be missing before the one of that moment. */
  boolean suspects(long nanos) {
    return lastNanos > 0
        && nanos > begunNanos
        && nanos - lastNanos > HOLE_NANOS
        && nanos <= takenNanos;
  }

  /** The line of that moment is written, now or before. */
  void took(long nanos) {
    lastNanos = nanos;
    takenNanos = now();
  }

  private static long now() {
    return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
  }
}
