package dev.slipway.backup.destination;

import dev.slipway.contracts.problem.Problem;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;

/** A part of an object, which ends where it is meant to end or fails. */
final class Part extends FilterInputStream {
  private final String key;
  private final Function<IOException, Problem> failure;
  private long left;

  /**
   * Makes one.
   *
   * @param length how many bytes are to come
   * @param failure what a failure to read them means
   */
  Part(String key, InputStream bytes, long length, Function<IOException, Problem> failure) {
    super(bytes);
    this.key = key;
    this.failure = failure;
    this.left = length;
  }

  /**
   * How many bytes of an object of this size are meant.
   *
   * @throws Problem {@code invalid_request} when it begins behind its end
   */
  static long length(long size, long from, long length) {
    if (from < 0 || from > size) {
      throw Problem.invalid("from", "is to be between 0 and the object's size, " + size);
    }
    return length < 0 ? size - from : Math.min(length, size - from);
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) {
    if (count == 0 || left == 0) {
      return count == 0 ? 0 : -1;
    }
    try {
      int read = in.read(bytes, offset, (int) Math.min(count, left));
      if (read < 0) {
        throw Failures.shorter(key, left);
      }
      left -= read;
      return read;
    } catch (IOException e) {
      throw failure.apply(e);
    }
  }

  @Override
  public long skip(long count) {
    byte[] away = new byte[8192];
    long skipped = 0;
    while (skipped < count) {
      int read = read(away, 0, (int) Math.min(away.length, count - skipped));
      if (read < 0) {
        break;
      }
      skipped += read;
    }
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
