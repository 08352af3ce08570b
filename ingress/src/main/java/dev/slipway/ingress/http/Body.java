package dev.slipway.ingress.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * How far one message body is: how many of the bytes that arrive belong to it, and when it ends.
 */
public final class Body {
  private static final long UNTIL_CLOSE = Long.MAX_VALUE;

  private final @Nullable ChunkScanner chunks;
  private long remaining;

  private Body(long remaining, @Nullable ChunkScanner chunks) {
    this.remaining = remaining;
    this.chunks = chunks;
  }

  public static Body none() {
    return new Body(0, null);
  }

  /** A body of exactly this many bytes. */
  public static Body ofLength(long bytes) {
    return new Body(bytes, null);
  }

  /** A body in chunked coding. */
  public static Body chunked() {
    return new Body(0, new ChunkScanner());
  }

  /** A body that ends when its sender closes the connection. */
  public static Body untilClose() {
    return new Body(UNTIL_CLOSE, null);
  }

  public boolean isChunked() {
    return chunks != null;
  }

  public boolean endsWithConnection() {
    return remaining == UNTIL_CLOSE;
  }

  public boolean complete() {
    return chunks == null ? remaining == 0 : chunks.done();
  }

  /**
   * Takes the readable bytes that belong to this body: the caller forwards exactly as many.
   *
   * @param decoded receives the payload without its chunk framing, when given
   * @return how many bytes, from the reader index on; the index is not moved
   * @throws BadMessage when the framing is broken
   */
  public int take(ByteBuf in, @Nullable ByteBuf decoded) {
    int readable = in.readableBytes();
    if (chunks != null) {
      return chunks.scan(in, decoded);
    }
    if (remaining == UNTIL_CLOSE) {
      return readable;
    }
    int mine = (int) Math.min(readable, remaining);
    remaining -= mine;
    return mine;
  }
}
