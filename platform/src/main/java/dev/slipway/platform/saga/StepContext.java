package dev.slipway.platform.saga;

import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.pg.Tx;
import io.vertx.core.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a step knows and may ask for while it runs. Only for the step's own thread, only until the
 * step returns.
 */
public interface StepContext {

  /** The saga's id: stable over crashes, good for naming what a step makes. */
  String sagaId();

  /** What the saga is about: the deployment's id. */
  String subject();

  /** The saga's input, read from its JSON. */
  <T> T input(Class<T> type);

  /** Put into every write this step makes. */
  Fence fence();

  /**
   * What an earlier step returned.
   *
   * @throws IllegalStateException when that step is not done or returned nothing
   */
  <T> T output(String step, Class<T> type);

  /** What an earlier step returned, or null when it is not done or returned nothing: for undos. */
  <T> @Nullable T outputOrNull(String step, Class<T> type);

  /** 1 for the first attempt at this step, counted over crashes. */
  int attempt();

  /**
   * Call it between the effects of a long step; it costs nothing.
   *
   * @throws FencedOut when another owner has taken over
   * @throws Cancelled when the saga was cancelled; never in an undo or after the point of no return
   */
  void checkpoint();

  /** True when {@link #checkpoint} would throw {@link Cancelled}. */
  boolean cancelled();

  /**
   * Runs {@code writes} in the very transaction that records this step as done: both or neither
   * happen. Forgotten when the step fails; called again, they run in order of registration. In
   * {@link Saga#ended} the transaction is the one that gives the saga its final state.
   */
  void inCheckpoint(Function<Tx, Future<?>> writes);

  /**
   * Rings a bell once this step is recorded as done: whoever hears it finds the row. A process that
   * dies in between rings nothing, which is why receivers poll. Forgotten when the step fails.
   */
  void afterCheckpoint(Runnable bell);

  /**
   * Ends this saga with its last step and starts {@code next} in the same transaction, without
   * letting go of what is {@code exclusive}: the next saga is running from its first moment, with a
   * lease for anybody to take. {@link Saga#ended} is not called; write what it would have written
   * with {@link #inCheckpoint}.
   *
   * @throws IllegalStateException in any but the last step
   */
  void handOver(NewSaga next);

  /**
   * Why the saga is being undone or is stuck; null while nothing has failed, and when it was only
   * cancelled.
   */
  @Nullable StepFailure failure();
}
