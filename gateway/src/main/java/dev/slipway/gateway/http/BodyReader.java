package dev.slipway.gateway.http;

import dev.slipway.contracts.problem.Problem;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * Reads a paused request's body up to a limit. Beyond it nothing more is kept: what still comes is
 * read and dropped, so that the client gets to see the answer, and a client that goes on and on is
 * cut off.
 */
public final class BodyReader {
  private static final long PATIENCE = 64L * 1024 * 1024;
  private static final int LEAST_SECONDS = 30;
  private static final int LEAST_BYTES_PER_SECOND = 64 * 1024;

  private BodyReader() {}

  /** The whole body; fails with 413 when it is longer than the limit, in bytes. */
  public static Future<Buffer> read(HttpServerRequest request, int limit) {
    String length = request.getHeader("Content-Length");
    if (length != null && isAbove(length, limit)) {
      return Future.failedFuture(tooLarge(limit));
    }
    Promise<Buffer> whole = Promise.promise();
    Buffer kept = Buffer.buffer();
    request.exceptionHandler(whole::tryFail);
    request.handler(chunk -> {
      if (kept.length() + chunk.length() > limit) {
        drain(request);
        whole.tryFail(tooLarge(limit));
      } else {
        kept.appendBuffer(chunk);
      }
    });
    request.endHandler(end -> whole.tryComplete(kept));
    request.resume();
    return inTime(whole, limit);
  }

  /** Whoever sends a byte now and then would hold its connection for ever. */
  private static Future<Buffer> inTime(Promise<Buffer> whole, int limit) {
    Context context = Vertx.currentContext();
    if (context == null || whole.future().isComplete()) {
      return whole.future();
    }
    long seconds = LEAST_SECONDS + limit / LEAST_BYTES_PER_SECOND;
    long timer = context.owner().setTimer(seconds * 1_000, due -> whole.tryFail(tooSlow(seconds)));
    return whole.future().onComplete(done -> context.owner().cancelTimer(timer));
  }

  /** Lets the rest of a body pass by unread. */
  static void drain(HttpServerRequest request) {
    if (request.isEnded()) {
      return;
    }
    long[] dropped = {0};
    request.handler(chunk -> {
      dropped[0] += chunk.length();
      if (dropped[0] > PATIENCE) {
        request.connection().close();
      }
    });
    request.endHandler(end -> {});
    request.resume();
    Context context = Vertx.currentContext();
    if (context != null && !request.isEnded()) {
      Vertx vertx = context.owner();
      long timer = vertx.setTimer(LEAST_SECONDS * 1_000L, due -> request.connection().close());
      request.endHandler(end -> vertx.cancelTimer(timer));
    }
  }

  private static boolean isAbove(String length, int limit) {
    try {
      return Long.parseLong(length) > limit;
    } catch (NumberFormatException e) {
      return true; // more digits than a long has
    }
  }

  private static Problem tooSlow(long seconds) {
    return new Problem(
        408,
        "body_too_slow",
        "The body did not come",
        "The body did not come within " + seconds + " seconds.",
        "Send it faster, or in parts.",
        List.of(),
        null);
  }

  private static Problem tooLarge(int limit) {
    return new Problem(
        413,
        "body_too_large",
        "The body is too large",
        "The body may have at most " + limit / 1024 + " KiB.",
        "Send less, or in parts.",
        List.of(),
        null);
  }
}
