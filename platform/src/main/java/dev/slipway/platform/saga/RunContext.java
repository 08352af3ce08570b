package dev.slipway.platform.saga;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.pg.Tx;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The context of one saga's thread; what is registered for a checkpoint is forgotten before each
 * attempt.
 */
final class RunContext implements StepContext {
  private final ClaimedSaga saga;
  private final Signals signals;
  private final Map<String, JsonNode> outputs = new HashMap<>();
  private final List<Function<Tx, Future<?>>> writes = new ArrayList<>();
  private final List<Runnable> bells = new ArrayList<>();
  private @Nullable NewSaga next;
  private @Nullable StepFailure failure;
  private int attempt = 1;
  private boolean lastStep;
  private boolean cancellable;

  RunContext(ClaimedSaga saga, Signals signals) {
    this.saga = saga;
    this.signals = signals;
    this.failure = saga.failure();
    for (ClaimedSaga.Entry entry : saga.journal().values()) {
      remember(entry.name(), entry.output());
    }
  }

  void remember(String step, @Nullable JsonNode output) {
    if (output != null) {
      outputs.put(step, output);
    }
  }

  /** Before each attempt at anything: nothing registered, nothing handed over. */
  void begin(int newAttempt, boolean isLastStep, boolean obeysCancel) {
    attempt = newAttempt;
    lastStep = isLastStep;
    cancellable = obeysCancel;
    writes.clear();
    bells.clear();
    next = null;
  }

  void failed(@Nullable StepFailure why) {
    failure = why;
  }

  boolean hasWrites() {
    return !writes.isEmpty();
  }

  @Nullable NewSaga next() {
    return next;
  }

  /** Runs what was registered, one after the other. */
  Future<Void> write(Tx tx) {
    Future<Void> done = Future.succeededFuture();
    for (Function<Tx, Future<?>> write : List.copyOf(writes)) {
      done = done.compose(ok -> write.apply(tx).mapEmpty());
    }
    return done;
  }

  @Override
  public String sagaId() {
    return saga.fence().sagaId();
  }

  @Override
  public String subject() {
    return saga.subject();
  }

  @Override
  public <T> T input(Class<T> type) {
    return Json.read(saga.input(), type);
  }

  @Override
  public Fence fence() {
    return saga.fence();
  }

  @Override
  public <T> T output(String step, Class<T> type) {
    T output = outputOrNull(step, type);
    if (output == null) {
      throw new IllegalStateException("The step " + step + " has no output yet");
    }
    return output;
  }

  @Override
  public <T> @Nullable T outputOrNull(String step, Class<T> type) {
    JsonNode output = outputs.get(step);
    return output == null ? null : Json.read(output, type);
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public void checkpoint() {
    if (signals.lost()) {
      throw new FencedOut(saga.fence());
    }
    if (signals.stopping()) {
      throw new Stopping();
    }
    if (cancelled()) {
      throw new Cancelled(sagaId());
    }
  }

  @Override
  public boolean cancelled() {
    return cancellable && signals.cancelled();
  }

  @Override
  public void inCheckpoint(Function<Tx, Future<?>> registered) {
    writes.add(registered);
  }

  @Override
  public void afterCheckpoint(Runnable bell) {
    bells.add(bell);
  }

  /** The step is recorded: rings what it registered. */
  void recorded() {
    List.copyOf(bells).forEach(Runnable::run);
  }

  @Override
  public void handOver(NewSaga toNext) {
    if (!lastStep) {
      throw new IllegalStateException("Only the last step hands over");
    }
    next = toNext;
  }

  @Override
  public @Nullable StepFailure failure() {
    return failure;
  }

  /** The process goes down; the step will be run again by whoever takes over. */
  static final class Stopping extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopping() {
      super("This process is shutting down; the saga goes on elsewhere.", null, false, false);
    }
  }
}
