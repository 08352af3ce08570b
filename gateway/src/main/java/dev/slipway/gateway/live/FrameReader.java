package dev.slipway.gateway.live;

import io.vertx.core.buffer.Buffer;

/**
 * Reads the frames that a client sends. Viewers have nothing to say but pongs and a close, so what
 * is larger than a few kilobytes is refused, and nothing is kept.
 */
final class FrameReader {
  private static final int LARGEST = 4096;
  private static final int HEADER = 2;
  private static final int MASK = 4;

  private final Listener listener;
  private Buffer pending = Buffer.buffer();
  private boolean broken;

  /** What is heard. */
  interface Listener {
    void frame(int kind, byte[] payload);

    /** The client cannot be understood any more: close with this code. */
    void broken(int code);
  }

  FrameReader(Listener listener) {
    this.listener = listener;
  }

  void read(Buffer chunk) {
    if (broken) {
      return;
    }
    pending.appendBuffer(chunk);
    int at = 0;
    while (!broken) {
      int next = frame(at);
      if (next < 0) {
        break;
      }
      at = next;
    }
    pending = at == pending.length() ? Buffer.buffer() : pending.getBuffer(at, pending.length());
  }

  /** Where the next frame begins; -1 when this one is not here in full. */
  private int frame(int at) {
    if (pending.length() - at < HEADER) {
      return -1;
    }
    int kind = pending.getByte(at) & 0x0F;
    int length = pending.getByte(at + 1) & 0x7F;
    boolean masked = (pending.getByte(at + 1) & 0x80) != 0;
    int header = HEADER;
    if (length == 126) {
      if (pending.length() - at < HEADER + 2) {
        return -1;
      }
      length = pending.getUnsignedShort(at + HEADER);
      header += 2;
    }
    if (!masked || length == 127 || length > LARGEST) {
      broken = true;
      listener.broken(masked ? Frames.TOO_LARGE : Frames.PROTOCOL_ERROR);
      return -1;
    }
    int end = at + header + MASK + length;
    if (pending.length() < end) {
      return -1;
    }
    listener.frame(kind, unmasked(at + header, length));
    return end;
  }

  private byte[] unmasked(int at, int length) {
    byte[] payload = pending.getBytes(at + MASK, at + MASK + length);
    for (int i = 0; i < length; i++) {
      payload[i] ^= pending.getByte(at + (i & 3));
    }
    return payload;
  }
}
