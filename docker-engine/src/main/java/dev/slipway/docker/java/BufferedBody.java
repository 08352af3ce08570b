package dev.slipway.docker.java;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * An answer's body, with its chunk marks taken out. A read fills as much as is buffered already,
 * over many chunks: the engine sends each log line as a chunk of its own, and a read per line would
 * be a third of the cost of a line.
 */
final class BufferedBody extends InputStream {
  private enum Shape {
    UNTIL_CLOSED,
    LIMITED,
    CHUNKED
  }

  private final InputStream in;
  private final byte[] buffer = new byte[64 * 1024];
  private int position;
  private int end;
  private Shape shape = Shape.UNTIL_CLOSED;
  private long left;
  private boolean firstChunk = true;
  private boolean done;

  BufferedBody(InputStream in) {
    this.in = in;
  }

  void chunked() {
    shape = Shape.CHUNKED;
    left = 0;
  }

  void limited(long length) {
    shape = Shape.LIMITED;
    left = length;
    done = length == 0;
  }

  @Override
  public int read() throws IOException {
    if (shape == Shape.UNTIL_CLOSED) {
      return raw();
    }
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    var total = 0;
    while (total < length && !done) {
      if (total > 0 && available() == 0) {
        break;
      }
      if (shape == Shape.CHUNKED && left == 0 && !nextChunk()) {
        break;
      }
      var count = take(target, offset + total, length - total);
      if (count < 0) {
        break;
      }
      total += count;
    }
    return total == 0 ? -1 : total;
  }

  /** What can be read without waiting; a chunk mark in the buffer counts only when it is whole. */
  @Override
  public int available() {
    if (done || position == end) {
      return 0;
    }
    if (shape == Shape.CHUNKED && left == 0) {
      return wholeMarkBuffered() ? 1 : 0;
    }
    return end - position;
  }

  private int take(byte[] target, int offset, int length) throws IOException {
    if (position == end && shape == Shape.UNTIL_CLOSED && length >= buffer.length) {
      return in.read(target, offset, length); // a copy less for whoever reads much
    }
    if (position == end && !fill()) {
      if (shape == Shape.UNTIL_CLOSED) {
        done = true;
        return -1;
      }
      throw new EOFException("the engine broke off in the middle of its answer");
    }
    var count = Math.min(length, end - position);
    if (shape != Shape.UNTIL_CLOSED) {
      count = (int) Math.min(count, left);
      left -= count;
      done = shape == Shape.LIMITED && left == 0;
    }
    System.arraycopy(buffer, position, target, offset, count);
    position += count;
    return count;
  }

  private boolean wholeMarkBuffered() {
    var from = firstChunk ? position : position + 2;
    for (var i = from; i < end; i++) {
      if (buffer[i] == '\n') {
        return true;
      }
    }
    return false;
  }

  private boolean nextChunk() throws IOException {
    if (!firstChunk) {
      expect('\r');
      expect('\n');
    }
    firstChunk = false;
    long size = 0;
    for (var b = mustRaw(); b != '\n'; b = mustRaw()) {
      var digit = Character.digit(b, 16);
      if (digit >= 0) {
        size = size * 16 + digit;
      } else if (b != '\r') {
        throw new IOException("not a chunk size");
      }
    }
    left = size;
    done = size == 0;
    return !done;
  }

  private void expect(int wanted) throws IOException {
    if (mustRaw() != wanted) {
      throw new IOException("chunk without an end");
    }
  }

  private int mustRaw() throws IOException {
    var b = raw();
    if (b < 0) {
      throw new EOFException("the engine broke off in the middle of its answer");
    }
    return b;
  }

  private int raw() throws IOException {
    if (position == end && !fill()) {
      return -1;
    }
    return buffer[position++] & 0xff;
  }

  private boolean fill() throws IOException {
    position = 0;
    end = Math.max(0, in.read(buffer, 0, buffer.length));
    return end > 0;
  }
}
