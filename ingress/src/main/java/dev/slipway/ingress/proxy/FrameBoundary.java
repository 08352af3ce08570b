package dev.slipway.ingress.proxy;

import io.netty.buffer.ByteBuf;

/**
 * Follows a WebSocket stream just far enough to know when it is between two frames: only there may
 * the ingress add a frame of its own.
 */
final class FrameBoundary {
  private long payload;
  private int headerBytes;
  private int headerNeeds = 2;
  private long length;

  boolean between() {
    return payload == 0 && headerBytes == 0;
  }

  /** Looks at the readable bytes without moving the buffer's indices. */
  void pass(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (payload > 0) {
        long skipped = Math.min(payload, end - at);
        payload -= skipped;
        at += (int) skipped;
      } else {
        header(bytes.getByte(at++) & 0xff);
      }
    }
  }

  private void header(int b) {
    headerBytes++;
    if (headerBytes == 2) {
      int mask = (b & 0x80) != 0 ? 4 : 0;
      length = b & 0x7f;
      int extended = length == 126 ? 2 : length == 127 ? 8 : 0;
      headerNeeds = 2 + extended + mask;
      length = extended == 0 ? length : 0;
      lengthBytes = extended;
    } else if (headerBytes > 2 && headerBytes <= 2 + lengthBytes) {
      length = length << 8 | b;
    }
    if (headerBytes == headerNeeds) {
      payload = Math.max(0, length);
      headerBytes = 0;
      headerNeeds = 2;
    }
  }

  private int lengthBytes;
}
