package dev.slipway.gateway.backup;

import dev.slipway.contracts.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Hands a paused request's body on in parts, one at a time: the client is read again when a part
 * was taken. So of a body of any size two parts at most are in memory.
 */
final class SentBody {
  private static final long SILENCE_SECONDS = 60;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final int size;
  private final long most;
  private final Function<Buffer, Future<Void>> taker;
  private final Promise<Long> whole = Promise.promise();
  private Buffer kept = Buffer.buffer();
  private long bytes;
  private boolean busy;
  private boolean ended;
  private long timer = -1;

  /**
   * A body that is not read yet.
   *
   * @param size of a part, in bytes
   * @param most bytes of the body
   * @param taker takes a part; its future says that the next may come
   */
  SentBody(
      Vertx vertx,
      HttpServerRequest request,
      int size,
      long most,
      Function<Buffer, Future<Void>> taker) {
    this.vertx = vertx;
    this.request = request;
    this.size = size;
    this.most = most;
    this.taker = taker;
  }

  /**
   * Reads it to its end.
   *
   * @return how many bytes there were; fails with 413 {@code body_too_large}, 408 {@code
   *     upload_too_slow}, or as the taker did
   */
  Future<Long> read() {
    request.exceptionHandler(this::fail);
    request.handler(this::add);
    request.endHandler(end -> {
      ended = true;
      goOn();
    });
    watch();
    request.resume();
    return whole.future().onComplete(over -> vertx.cancelTimer(timer));
  }

  private void add(Buffer chunk) {
    if (whole.future().isComplete()) {
      return; // what still comes is dropped by whoever answers
    }
    bytes += chunk.length();
    if (bytes > most) {
      fail(tooLarge(most));
      return;
    }
    kept.appendBuffer(chunk);
    watch();
    if (kept.length() >= size) {
      request.pause();
      goOn();
    }
  }

  private void goOn() {
    if (busy || whole.future().isComplete()) {
      return;
    }
    if (kept.length() == 0 && ended) {
      whole.tryComplete(bytes);
      return;
    }
    if (kept.length() < size && !ended) {
      watch();
      request.resume();
      return;
    }
    busy = true;
    vertx.cancelTimer(timer); // it is not the client who is slow now
    int length = Math.min(size, kept.length());
    Buffer part = kept.getBuffer(0, length);
    kept = kept.getBuffer(length, kept.length());
    taker
        .apply(part)
        .onSuccess(taken -> {
          busy = false;
          goOn();
        })
        .onFailure(this::fail);
  }

  private void watch() {
    vertx.cancelTimer(timer);
    timer = vertx.setTimer(TimeUnit.SECONDS.toMillis(SILENCE_SECONDS), silent -> fail(tooSlow()));
  }

  private void fail(Throwable failure) {
    whole.tryFail(failure);
  }

  private static Problem tooLarge(long most) {
    return new Problem(
        413,
        "body_too_large",
        "The dump is too large",
        "A dump may have at most " + (most >> 30) + " GiB.",
        "Put it into a database by the engine's own tools, and back that up.",
        List.of(),
        null);
  }

  private static Problem tooSlow() {
    return new Problem(
        408,
        "upload_too_slow",
        "The upload stands still",
        "Nothing came for " + SILENCE_SECONDS + " seconds.",
        "Send it again, over a steadier line.",
        List.of(),
        null);
  }
}
