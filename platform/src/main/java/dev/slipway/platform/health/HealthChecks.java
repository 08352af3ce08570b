package dev.slipway.platform.health;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Named checks that run together, each within its own limit. Safe to share between threads. */
public final class HealthChecks {
  private final Vertx vertx;
  private final List<Named> checks = new CopyOnWriteArrayList<>();

  /** No checks yet. */
  public HealthChecks(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Adds a check: it is well when its future succeeds within {@code limit}. A detail is the
   * future's {@code toString}.
   */
  public HealthChecks add(String name, Duration limit, Supplier<? extends Future<?>> check) {
    checks.add(new Named(name, limit, check));
    return this;
  }

  /** Runs all checks at once. The future never fails. */
  public Future<Health> run() {
    List<Future<Health.Check>> results = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Named check : checks) {
      names.add(check.name);
      results.add(run(check));
    }
    return Future.join(results)
        .map(all -> {
          Map<String, Health.Check> byName = new LinkedHashMap<>();
          boolean well = true;
          for (int i = 0; i < names.size(); i++) {
            Health.Check result = results.get(i).result();
            well &= result.status().equals("ok");
            byName.put(names.get(i), result);
          }
          return new Health(well ? "ok" : "degraded", byName);
        });
  }

  private Future<Health.Check> run(Named check) {
    long started = System.nanoTime();
    return within(check)
        .map(detail ->
            new Health.Check("ok", detail == null ? "" : detail.toString(), since(started)))
        .otherwise(failure -> new Health.Check("failed", text(failure), since(started)));
  }

  private Future<?> within(Named check) {
    Future<?> result;
    try {
      result = check.check.get();
    } catch (RuntimeException e) {
      result = Future.failedFuture(e);
    }
    if (result.isComplete()) {
      return result;
    }
    // A promise of our own: a check that completes after its limit must not be heard any more.
    var promise = Promise.<Object>promise();
    long timer =
        vertx.setTimer(
            check.limit.toMillis(),
            late -> promise.tryFail("no answer within " + check.limit.toMillis() + " ms"));
    result.onComplete(done -> {
      vertx.cancelTimer(timer);
      if (done.succeeded()) {
        promise.tryComplete(done.result());
      } else {
        promise.tryFail(done.cause());
      }
    });
    return promise.future();
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  private static long since(long started) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
  }

  private record Named(String name, Duration limit, Supplier<? extends Future<?>> check) {}
}
