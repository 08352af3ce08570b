package dev.slipway.gateway.backup;

import dev.slipway.gateway.http.Call;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Answers when something has ended, or as it stands when the caller's {@code wait} is over. */
final class LongPoll {
  private static final long LOOK_MS = 500;

  private final Vertx vertx;

  LongPoll(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Looks until it has ended; whoever hangs up is not looked for any more. */
  <T> Future<T> ended(Call call, Supplier<Future<T>> look, Predicate<T> ended) {
    boolean[] gone = {false};
    long patience = Duration.ofSeconds(call.number("wait")).toNanos();
    if (patience > 0) {
      call.request().response().closeHandler(closed -> gone[0] = true);
    }
    long until = System.nanoTime() + patience;
    return look.get().compose(found -> again(found, look, ended, until, gone));
  }

  private <T> Future<T> again(
      T found, Supplier<Future<T>> look, Predicate<T> ended, long until, boolean[] gone) {
    if (gone[0] || ended.test(found) || System.nanoTime() - until >= 0) {
      return Future.succeededFuture(found);
    }
    Promise<Void> later = Promise.promise();
    vertx.setTimer(LOOK_MS, due -> later.complete());
    return later
        .future()
        .compose(due -> look.get())
        .compose(next -> again(next, look, ended, until, gone));
  }
}
