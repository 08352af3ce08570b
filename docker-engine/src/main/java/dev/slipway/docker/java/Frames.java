package dev.slipway.docker.java;

import dev.slipway.docker.OutputHandler;
import dev.slipway.docker.OutputKind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The engine's multiplexed output: frames of an 8-byte head (stream, three zeros, big-endian
 * length) and that many bytes. Frames are handed over straight from the read buffer.
 */
final class Frames {
  private static final int HEAD = 8;
  private static final int BUFFER = 64 * 1024;

  private Frames() {}

  /** Reads frames to the end of the stream. */
  static void read(InputStream in, OutputHandler handler) throws IOException {
    var buffer = new byte[BUFFER];
    var start = 0;
    var end = 0;
    while (true) {
      while (end - start >= HEAD && end - start - HEAD >= length(buffer, start)) {
        var length = length(buffer, start);
        handler.frame(kind(buffer[start]), buffer, start + HEAD, length);
        start += HEAD + length;
      }
      var needed = end - start >= HEAD ? HEAD + length(buffer, start) : HEAD;
      if (start + needed > buffer.length || start == end) {
        var bigger = needed > buffer.length ? new byte[needed + BUFFER] : buffer;
        System.arraycopy(buffer, start, bigger, 0, end - start);
        buffer = bigger;
        end -= start;
        start = 0;
      }
      var count = in.read(buffer, end, buffer.length - end);
      if (count < 0) {
        if (end > start) {
          throw new EOFException("the output broke off in the middle of a frame");
        }
        return;
      }
      end += count;
    }
  }

  /**
   * Reads frames to the end of the stream and hands over what has come of each, without waiting for
   * the rest: as much memory for a frame of a gigabyte as for one of a byte.
   */
  static void pieces(InputStream in, OutputHandler handler) throws IOException {
    var buffer = new byte[2 * BUFFER];
    var end = 0;
    var left = 0;
    var kind = OutputKind.STDOUT;
    for (var count = in.read(buffer);
        count >= 0;
        count = in.read(buffer, end, buffer.length - end)) {
      end += count;
      var start = 0;
      while (left > 0 ? end > start : end - start >= HEAD) {
        if (left == 0) {
          left = length(buffer, start);
          kind = kind(buffer[start]);
          start += HEAD;
        }
        var piece = Math.min(left, end - start);
        handler.frame(kind, buffer, start, piece);
        start += piece;
        left -= piece;
      }
      System.arraycopy(buffer, start, buffer, 0, end - start); // less than a head
      end -= start;
    }
    if (end > 0 || left > 0) {
      throw new EOFException("the output broke off in the middle of a frame");
    }
  }

  /** Reads the unframed output of a container with a terminal. */
  static void readRaw(InputStream in, OutputHandler handler) throws IOException {
    var buffer = new byte[BUFFER];
    for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      handler.frame(OutputKind.STDOUT, buffer, 0, count);
    }
  }

  private static OutputKind kind(byte stream) {
    return stream == 2 ? OutputKind.STDERR : OutputKind.STDOUT;
  }

  private static int length(byte[] bytes, int at) throws IOException {
    var length =
        (bytes[at + 4] & 0xff) << 24
            | (bytes[at + 5] & 0xff) << 16
            | (bytes[at + 6] & 0xff) << 8
            | (bytes[at + 7] & 0xff);
    if (bytes[at] < 0 || bytes[at] > 3 || length < 0) {
      throw new IOException("not a frame of output");
    }
    return length;
  }
}
