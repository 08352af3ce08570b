package dev.slipway.gateway.live;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * WebSocket frames as a server sends them (RFC 6455): unmasked, so many can be laid into one
 * buffer, written at once and shared by all who read the same. That is why logs do not go through a
 * WebSocket object per viewer, which flushes frame by frame.
 */
final class Frames {
  static final int TEXT = 0x1;
  static final int CLOSE = 0x8;
  static final int PING = 0x9;
  static final int PONG = 0xA;

  /** The reader's end: everything was sent. */
  static final int NORMAL = 1000;

  /** We go down; come back with {@code after}. */
  static final int GOING_AWAY = 1001;

  /** What was sent to us breaks the protocol. */
  static final int PROTOCOL_ERROR = 1002;

  /** What was sent to us is larger than anything we read. */
  static final int TOO_LARGE = 1009;

  private static final int LAST = 0x80;
  private static final int ONE_BYTE = 125;
  private static final int TWO_BYTES = 0xFFFF;

  private Frames() {}

  /** Appends a frame. */
  static Buffer append(Buffer to, int kind, byte[] from, int start, int length) {
    to.appendByte((byte) (LAST | kind));
    if (length <= ONE_BYTE) {
      to.appendByte((byte) length);
    } else if (length <= TWO_BYTES) {
      to.appendByte((byte) 126).appendUnsignedShort(length);
    } else {
      to.appendByte((byte) 127).appendLong(length);
    }
    return to.appendBytes(from, start, length);
  }

  static Buffer text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return append(Buffer.buffer(bytes.length + 10), TEXT, bytes, 0, bytes.length);
  }

  static Buffer ping() {
    return append(Buffer.buffer(2), PING, new byte[0], 0, 0);
  }

  static Buffer pong(byte[] payload) {
    return append(Buffer.buffer(payload.length + 2), PONG, payload, 0, payload.length);
  }

  /**
   * The goodbye.
   *
   * @param reason ASCII, 123 bytes at most; may be empty
   */
  static Buffer close(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
    byte[] payload = new byte[2 + text.length];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(text, 0, payload, 2, text.length);
    return append(Buffer.buffer(payload.length + 2), CLOSE, payload, 0, payload.length);
  }
}
