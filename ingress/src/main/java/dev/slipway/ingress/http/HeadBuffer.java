package dev.slipway.ingress.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Collects one head that may arrive in any number of pieces. Holds memory only while it is cut. */
public final class HeadBuffer {
  private static final byte[] NOTHING = new byte[0];

  private byte[] partial = NOTHING;
  private int length;

  /** Whether a head has begun and not ended. */
  public boolean begun() {
    return length > 0;
  }

  /**
   * Takes what belongs to the head from the buffer.
   *
   * @param scratch room for a whole head, shared by everybody on this event loop
   * @return whether the head is whole; then {@code into} holds its parts
   * @throws BadMessage when it is malformed or longer than {@link Head#MAX_BYTES}
   */
  public boolean feed(ByteBuf in, Head into, byte[] scratch) {
    return length == 0 ? first(in, into, scratch) : next(in, into);
  }

  private boolean first(ByteBuf in, Head into, byte[] scratch) {
    while (in.isReadable() && isLineEnd(in.getByte(in.readerIndex()))) {
      in.skipBytes(1); // RFC 9112, 2.2: old clients send an empty line after a body
    }
    int take = Math.min(in.readableBytes(), Head.MAX_BYTES);
    in.getBytes(in.readerIndex(), scratch, 0, take);
    int end = Head.end(scratch, 0, 0, take);
    if (end >= 0) {
      in.skipBytes(end);
      into.parse(scratch, 0, end);
      return true;
    }
    in.skipBytes(take);
    partial = Arrays.copyOf(scratch, Math.max(take, 512));
    length = take;
    refuseWhenTooLong();
    return false;
  }

  private boolean next(ByteBuf in, Head into) {
    int take = Math.min(in.readableBytes(), Head.MAX_BYTES - length);
    if (partial.length < length + take) {
      partial = Arrays.copyOf(partial, Math.min(Head.MAX_BYTES, 2 * (length + take)));
    }
    in.getBytes(in.readerIndex(), partial, length, take);
    int end = Head.end(partial, 0, length, length + take);
    if (end < 0) {
      in.skipBytes(take);
      length += take;
      refuseWhenTooLong();
      return false;
    }
    in.skipBytes(end - length);
    byte[] whole = partial;
    partial = NOTHING;
    length = 0;
    into.parse(whole, 0, end);
    return true;
  }

  private void refuseWhenTooLong() {
    if (length == Head.MAX_BYTES) {
      throw new BadMessage(431, "The message head is longer than " + Head.MAX_BYTES + " bytes");
    }
  }

  private static boolean isLineEnd(byte b) {
    return b == '\r' || b == '\n';
  }
}
