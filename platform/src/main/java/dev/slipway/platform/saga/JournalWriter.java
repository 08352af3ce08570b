package dev.slipway.platform.saga;

import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.saga.SagaJournal.Checkpoint;
import dev.slipway.platform.saga.SagaJournal.Progress;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one saga's journal from its thread. While the database is away it tries again, for as long
 * as the lease can be proven: then the heartbeat signals the loss. Every write may be repeated.
 */
final class JournalWriter {
  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** SQLSTATE classes that pass: connection, resources, operator intervention, serialisation. */
  private static final Set<String> PASSING = Set.of("08", "53", "57", "40");

  private final SagaJournal journal;
  private final Fence fence;
  private final Signals signals;

  JournalWriter(SagaJournal journal, Fence fence, Signals signals) {
    this.journal = journal;
    this.fence = fence;
    this.signals = signals;
  }

  <T> T write(Function<SagaJournal, Future<T>> write) {
    return persist(() -> write.apply(journal));
  }

  Progress checkpoint(Checkpoint what) {
    return persist(() -> journal.checkpoint(journal.database(), fence, what));
  }

  /**
   * A step's checkpoint: with what the step registered and its hand-over, in one transaction when
   * there is any.
   */
  Progress checkpoint(Checkpoint what, RunContext context) {
    NewSaga next = context.next();
    if (!context.hasWrites() && next == null) {
      return checkpoint(what);
    }
    return persist(() ->
        journal
            .database()
            .transaction(tx ->
                journal
                    .checkpoint(tx, fence, what)
                    .compose(progress ->
                        context
                            .write(tx)
                            .compose(written ->
                                next == null
                                    ? Future.succeededFuture(progress)
                                    : journal
                                        .finish(tx, fence, "done", null)
                                        .compose(ended -> journal.insertHandedOver(tx, fence, next))
                                        .map(progress)))));
  }

  /** The final state, together with what {@link Saga#ended} registered. */
  void finish(String state, RunContext context) {
    if (!context.hasWrites()) {
      persist(() -> journal.finish(journal.database(), fence, state, context.failure()));
      return;
    }
    persist(() ->
        journal
            .database()
            .transaction(tx ->
                // The guard first: what is written must see the saga as ours and still running.
                fence
                    .guard(tx)
                    .compose(ours -> context.write(tx))
                    .compose(written -> journal.finish(tx, fence, state, context.failure()))));
  }

  private <T> T persist(Supplier<Future<T>> write) {
    while (true) {
      try {
        return write.get().await();
      } catch (FencedOut e) {
        throw e;
      } catch (Exception e) {
        // await() throws whatever the future failed with, checked or not.
        if (!mayPass(e)) {
          throw e instanceof RuntimeException known ? known : new IllegalStateException(e);
        }
        LOG.warn(
            "The journal of {} cannot be written just now: {}", fence.sagaId(), e.getMessage());
        signals.pause(PAUSE, false);
        if (signals.lost()) {
          throw new FencedOut(fence);
        }
        if (signals.stopping()) {
          throw new RunContext.Stopping();
        }
      }
    }
  }

  private static boolean mayPass(Exception e) {
    if (e instanceof PgException sql) {
      String state = String.valueOf(sql.getSqlState());
      return state.length() >= 2 && PASSING.contains(state.substring(0, 2));
    }
    return e instanceof VertxException || e instanceof IOException || e instanceof TimeoutException;
  }
}
