package dev.slipway.gateway.people;

import dev.slipway.contracts.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Judges and hashes passwords on two threads of its own, so that neither the event loop nor the
 * machine's memory suffers from many who sign in at once; who comes when many wait is sent away.
 */
final class Passwords {
  private static final int THREADS = 2;
  private static final int MOST_WAITING = 64;

  private final WorkerExecutor threads;
  private final AtomicInteger waiting = new AtomicInteger();

  Passwords(Vertx vertx) {
    threads = vertx.createSharedWorkerExecutor("passwords", THREADS);
  }

  /** The hash of a password that is good enough; 422 for one that is not. */
  Future<String> accepted(String field, String password, List<String> known) {
    return run(() -> {
      PasswordStrength.require(field, password, known);
      return PasswordHash.of(password);
    });
  }

  /**
   * Whether that is the password.
   *
   * @param stored null: nobody has it; it takes as long as if somebody had
   */
  Future<Boolean> matches(String password, @Nullable String stored) {
    return run(() ->
        PasswordHash.matches(password, stored == null ? Nobody.HASH : stored) && stored != null);
  }

  private static final class Nobody {
    static final String HASH = PasswordHash.of("nobody has this password");
  }

  private <T> Future<T> run(Callable<T> work) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return Future.failedFuture(
          Problem.unavailable("Very many people sign in at this moment.", null));
    }
    return threads.executeBlocking(work, false).onComplete(done -> waiting.decrementAndGet());
  }
}
