package dev.slipway.ingress.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Follows chunked coding over any split of the bytes. It accepts one spelling only (CR LF, hex
 * digits, no control characters), so that the bytes may be forwarded as they came and the next
 * parser must read the same message.
 */
final class ChunkScanner {
  private static final int MAX_SIZE_DIGITS = 15;
  private static final int MAX_EXTENSION_BYTES = 1024;
  private static final int MAX_TRAILER_BYTES = 8 * 1024;

  private enum At {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER,
    TRAILER_LF,
    DONE
  }

  private At at = At.SIZE;
  private long size;
  private int digits;
  private int extensionBytes;
  private int trailerBytes;
  private int lineBytes;
  private byte[] line = new byte[0];

  boolean done() {
    return at == At.DONE;
  }

  /** Returns how many readable bytes belong to the body; see {@link Body#take}. */
  int scan(ByteBuf in, @Nullable ByteBuf decoded) {
    int from = in.readerIndex();
    int to = in.writerIndex();
    int i = from;
    while (i < to && at != At.DONE) {
      if (at == At.DATA) {
        int mine = (int) Math.min(to - i, size);
        if (decoded != null) {
          decoded.writeBytes(in, i, mine);
        }
        size -= mine;
        i += mine;
        at = size == 0 ? At.DATA_CR : At.DATA;
      } else {
        next(in.getByte(i++));
      }
    }
    return i - from;
  }

  private void next(byte b) {
    switch (at) {
      case SIZE -> size(b);
      case EXTENSION -> extension(b);
      case SIZE_LF -> {
        expect(b, '\n');
        at = size == 0 ? At.TRAILER : At.DATA;
        digits = 0;
      }
      case DATA_CR -> {
        expect(b, '\r');
        at = At.DATA_LF;
      }
      case DATA_LF -> {
        expect(b, '\n');
        at = At.SIZE;
        extensionBytes = 0;
      }
      case TRAILER -> trailer(b);
      case TRAILER_LF -> {
        expect(b, '\n');
        endOfTrailerLine();
      }
      case DATA, DONE ->
          throw new IllegalStateException("Payload is counted, not read byte by byte");
    }
  }

  private void size(byte b) {
    int digit = b < 0 ? -1 : Character.digit(b, 16);
    if (digit >= 0) {
      if (digits++ == MAX_SIZE_DIGITS) {
        throw broken();
      }
      size = size << 4 | digit;
    } else if (digits == 0) {
      throw broken();
    } else {
      at = b == '\r' ? At.SIZE_LF : At.EXTENSION;
      if (at == At.EXTENSION && b != ';') {
        throw broken();
      }
    }
  }

  private void extension(byte b) {
    if (b == '\r') {
      at = At.SIZE_LF;
    } else if (b >= 0 && b < 0x20 && b != '\t' || ++extensionBytes > MAX_EXTENSION_BYTES) {
      throw broken();
    }
  }

  private void trailer(byte b) {
    if (b == '\r') {
      at = At.TRAILER_LF;
    } else if (b >= 0 && b < 0x20 && b != '\t' || ++trailerBytes > MAX_TRAILER_BYTES) {
      throw broken();
    } else {
      if (lineBytes == line.length) {
        line = Arrays.copyOf(line, Math.max(64, lineBytes * 2));
      }
      line[lineBytes++] = b;
    }
  }

  private void endOfTrailerLine() {
    if (lineBytes == 0) {
      at = At.DONE;
      return;
    }
    int colon = 0;
    while (colon < lineBytes && Head.isToken(line[colon])) {
      colon++;
    }
    // A trailer is data about the body; one that would change routing or framing is an attack.
    if (colon == 0
        || colon == lineBytes
        || line[colon] != ':'
        || Field.named(line, 0, colon) != Field.OTHER) {
      throw broken();
    }
    lineBytes = 0;
    at = At.TRAILER;
  }

  private static void expect(byte b, char wanted) {
    if (b != wanted) {
      throw broken();
    }
  }

  private static BadMessage broken() {
    return new BadMessage(400, "The chunked body is not framed as HTTP/1.1 demands");
  }
}
