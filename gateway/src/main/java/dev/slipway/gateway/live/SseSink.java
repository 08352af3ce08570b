package dev.slipway.gateway.live;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** Server-sent events. A comment now and then keeps proxies from thinking that nobody is there. */
final class SseSink implements Sink {
  private static final long COMMENT_MS = 20_000;
  private static final int MOST_HELD_BACK = 32 * 1024;
  private static final Buffer COMMENT = Buffer.buffer(": still here\n\n");

  private final Vertx vertx;
  private final HttpServerResponse response;
  private final long comments;
  private Runnable goOn = () -> {};
  private @Nullable Runnable forget;
  private boolean gone;

  SseSink(Vertx vertx, HttpServerRequest request) {
    this.vertx = vertx;
    this.response = request.response();
    request.resume();
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Accel-Buffering", "no")
        .setWriteQueueMaxSize(MOST_HELD_BACK);
    response.exceptionHandler(broken -> gone());
    response.closeHandler(closed -> gone());
    response.endHandler(ended -> gone());
    response.drainHandler(drained -> goOn.run());
    response.write(Buffer.buffer(": hello\n\n"));
    this.comments =
        vertx.setPeriodic(
            COMMENT_MS,
            timer -> {
              if (!isFull()) {
                write(COMMENT);
              }
            });
  }

  @Override
  public Form form() {
    return Form.SSE;
  }

  @Override
  public void write(Buffer events) {
    if (!gone) {
      response.write(events);
    }
  }

  @Override
  public boolean isFull() {
    return response.writeQueueFull();
  }

  @Override
  public void onRoom(Runnable more) {
    goOn = more;
  }

  @Override
  public void onGone(Runnable once) {
    if (gone) {
      once.run();
    } else {
      forget = once;
    }
  }

  @Override
  public void end() {
    if (!gone) {
      response.end();
    }
  }

  /** Each event said where it stands, and browsers come back by themselves. */
  @Override
  public void goAway(String hint) {
    end();
  }

  private void gone() {
    gone = true;
    vertx.cancelTimer(comments);
    goOn = () -> {};
    Runnable once = forget;
    forget = null;
    if (once != null) {
      once.run();
    }
  }
}
