package dev.slipway.gateway.live;

import io.vertx.core.buffer.Buffer;

/**
 * The end of a wire at which somebody reads. It never refuses: whoever writes looks at {@link
 * #isFull} first and goes on when it is told that there is room again. Lives on one event loop.
 */
interface Sink {
  /** Lines or events of the wire's own form are written as they are. */
  void write(Buffer encoded);

  /** What the socket holds back is more than it should. */
  boolean isFull();

  /** Called whenever there is room again. */
  void onRoom(Runnable goOn);

  /** Called once, when the reader is gone or the wire has ended. */
  void onGone(Runnable forget);

  /** Ends the wire in order, after what is written. */
  void end();

  /**
   * Ends the wire because this process goes down: the reader shall come back where it was.
   *
   * @param hint where that is, in the words of a request; ASCII
   */
  void goAway(String hint);

  /** Which form the wire has. */
  Form form();

  /** How things look on a wire. */
  enum Form {
    /** One WebSocket text frame each. */
    FRAMES,
    /** One server-sent event each. */
    SSE
  }
}
