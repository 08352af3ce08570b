package dev.slipway.platform.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** Counts what an archive turns into, and stops it where a bomb shows itself. */
final class Meter {
  private static final long FREE = 64L << 20;

  private final ArchiveLimits limits;
  private final long most;
  private final long end;
  private long bytes;

  /** A meter for an archive of so many bytes; its time begins now. */
  Meter(ArchiveLimits limits, long archiveBytes) {
    this.limits = limits;
    this.most = Math.min(limits.treeBytes(), Math.max(FREE, archiveBytes * limits.ratio()));
    this.end = System.nanoTime() + limits.time().toNanos();
  }

  long bytes() {
    return bytes;
  }

  /** So many bytes more. */
  void add(long more) throws IOException {
    bytes += more;
    if (bytes > limits.treeBytes()) {
      throw Refusals.tooLarge("more than " + (limits.treeBytes() >> 20) + " MB of files");
    }
    if (bytes > most) {
      throw Refusals.tooLarge("far more than its own size lets expect, as bombs do");
    }
    goOn();
  }

  /** Ends what takes too long or was interrupted. */
  void goOn() throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("unpacking was interrupted");
    }
    if (System.nanoTime() - end > 0) {
      throw Refusals.tooLarge("more than can be unpacked in " + limits.time().toSeconds() + " s");
    }
  }

  /**
   * Bounds what is read between two files: headers of a tar may be as long as they say, and are
   * kept in memory.
   */
  static final class Headers extends InputStream {
    private static final int MOST = 1 << 20;
    private final InputStream in;
    private int left = Integer.MAX_VALUE;

    Headers(InputStream in) {
      this.in = in;
    }

    /** From now on a header is read. */
    void begin() {
      left = MOST;
    }

    /** From now on a file is read, which others count. */
    void end() {
      left = Integer.MAX_VALUE;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int got = in.read(into, from, length);
      if (left != Integer.MAX_VALUE && got > 0 && (left -= got) < 0) {
        throw Refusals.tooLarge("a header of more than 1 MB");
      }
      return got;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
