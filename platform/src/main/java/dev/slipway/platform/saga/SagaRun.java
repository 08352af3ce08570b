package dev.slipway.platform.saga;

import dev.slipway.platform.bus.Json;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.saga.RunContext.Stopping;
import dev.slipway.platform.saga.SagaJournal.Checkpoint;
import dev.slipway.platform.saga.SagaJournal.Progress;
import dev.slipway.platform.saga.Script.Step;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One claimed saga on its way to its end, on a virtual thread of its own: forward step by step, or
 * backwards undo by undo. What it has reached is in the journal, never only here.
 */
final class SagaRun {
  private static final Logger LOG = LoggerFactory.getLogger(SagaRun.class);

  private final Saga saga;
  private final List<Step> steps;
  private final int pointOfNoReturn;
  private final ClaimedSaga claimed;
  private final JournalWriter journal;
  private final Retries retries;
  private final CrashPoints crashPoints;
  private final Signals signals;
  private final RunContext context;
  private final Set<Integer> undone = new HashSet<>();
  private int reached = -1;

  SagaRun(Saga saga, Script script, ClaimedSaga claimed, SagaJournal journal, Setting setting) {
    this.saga = saga;
    this.steps = script.steps();
    this.pointOfNoReturn = script.pointOfNoReturn();
    this.claimed = claimed;
    this.signals = setting.signals;
    this.retries = setting.retries;
    this.crashPoints = setting.crashPoints;
    this.context = new RunContext(claimed, signals);
    this.journal = new JournalWriter(journal, claimed.fence(), signals);
    claimed.journal().forEach(this::remember);
  }

  /** What a run needs beside its saga. */
  record Setting(Signals signals, Retries retries, CrashPoints crashPoints) {}

  private void remember(int n, ClaimedSaga.Entry entry) {
    reached = Math.max(reached, n);
    if (entry.undone()) {
      undone.add(n);
    }
  }

  Fence fence() {
    return claimed.fence();
  }

  Signals signals() {
    return signals;
  }

  /**
   * Runs to the end, or to where this process has to let go. True when the lease is still ours to
   * give back.
   */
  boolean run() {
    try {
      if (claimed.undoing()) {
        undoEverything(claimed.failure() == null ? Ended.CANCELLED : Ended.UNDONE);
      } else {
        goForward();
      }
      return false;
    } catch (FencedOut e) {
      LOG.info("Saga {} went to another owner", claimed.fence().sagaId());
      return false;
    } catch (Stopping e) {
      return true;
    } catch (CrashPoints.Crash e) {
      LOG.info("{}", e.getMessage());
      return false;
    } catch (RuntimeException e) {
      // Not given back: whoever takes it over when the lease lapses would at once meet the same.
      LOG.error("Saga {} broke off and will be resumed", claimed.fence().sagaId(), e);
      return false;
    }
  }

  private void goForward() {
    String stranger = strangeStep();
    if (stranger != null) {
      context.failed(StepFailure.of(stranger, new IllegalStateException("The script has changed")));
      end(Ended.STUCK);
      return;
    }
    for (int n = 0; n < steps.size(); n++) {
      ClaimedSaga.Entry known = claimed.journal().get(n);
      if (known == null || !known.done()) {
        continueFrom(n);
        return;
      }
    }
    end(Ended.DONE);
  }

  /** A script that changed without a new version would read the wrong outputs: better to stop. */
  private @Nullable String strangeStep() {
    for (var known : claimed.journal().entrySet()) {
      String name = known.getValue().name();
      if (known.getKey() >= steps.size() || !steps.get(known.getKey()).name().equals(name)) {
        return name;
      }
    }
    return null;
  }

  private void continueFrom(int first) {
    int attempt = claimed.justBegun() ? 1 : begun(first, journal.checkpoint(beginning(first)));
    for (int n = first; n < steps.size(); n++) {
      if (attempt == 0) {
        turnBack(null, null);
        return;
      }
      OptionalInt next = runStep(n, attempt);
      if (next.isEmpty()) {
        return;
      }
      attempt = next.getAsInt();
    }
    if (context.next() == null) {
      end(Ended.DONE);
    }
  }

  /**
   * The attempt at the step that a checkpoint began; 0 when it did not because the saga was
   * cancelled.
   */
  private int begun(int n, Progress progress) {
    if (progress.attempt() > 0) {
      reached = n;
    }
    return progress.attempt();
  }

  private Checkpoint beginning(int n) {
    return Checkpoint.begin(n, steps.get(n).name(), n >= pointOfNoReturn);
  }

  /**
   * Runs a step until it is recorded as done. Tells the attempt at the next step, which began in
   * the same moment; empty when the saga turned back or was parked instead.
   */
  private OptionalInt runStep(int n, int firstAttempt) {
    Step step = steps.get(n);
    boolean canTurnBack = n < pointOfNoReturn;
    for (int attempt = firstAttempt; ; attempt++) {
      stopHereIfAsked();
      try {
        context.begin(attempt, n == steps.size() - 1, canTurnBack);
        crashPoints.reached(point(step, "before"));
        String output = act(step, canTurnBack);
        crashPoints.reached(point(step, "after-effect"));
        int next = record(n, output);
        crashPoints.reached(point(step, "after-checkpoint"));
        return OptionalInt.of(next);
      } catch (Exception e) {
        if (!mayTryAgain(n, attempt, e, canTurnBack)) {
          return OptionalInt.empty();
        }
      }
    }
  }

  private @Nullable String act(Step step, boolean canTurnBack) throws Exception {
    return interruptibly(
        canTurnBack,
        () -> {
          Object output = step.action().run(context);
          return output == null ? null : Json.text(output);
        });
  }

  /**
   * Runs the script's own code: only here may the thread be interrupted, and an error is one more
   * failure.
   */
  private <T extends @Nullable Object> T interruptibly(boolean cancellable, Callable<T> code)
      throws Exception {
    signals.enter(cancellable);
    try {
      return code.call();
    } catch (CrashPoints.Crash e) {
      throw e;
    } catch (Error e) {
      throw new IllegalStateException("The step broke down: " + e, e);
    } finally {
      signals.leave();
    }
  }

  /** Records the step's end together with the next one's beginning, or with the hand-over. */
  private int record(int n, @Nullable String output) {
    boolean last = n + 1 == steps.size();
    Checkpoint end = last ? Checkpoint.end(n, output) : beginning(n + 1).ended(n, output);
    Progress progress = journal.checkpoint(end, context);
    context.recorded();
    context.remember(steps.get(n).name(), output == null ? null : Json.tree(output));
    return last ? 1 : begun(n + 1, progress);
  }

  /** Decides what a failed attempt means, and waits when there is to be another. */
  private boolean mayTryAgain(int n, int attempt, Exception e, boolean canTurnBack) {
    letGoIfAsked(e);
    String name = steps.get(n).name();
    if (canTurnBack && signals.cancelled()) {
      turnBack(n, null);
      return false;
    }
    Retries policy = policy(steps.get(n));
    boolean worthIt = policy.allowAnother(attempt, e, canTurnBack);
    StepFailure failure = failureOf(name, e);
    if (worthIt) {
      LOG.info(
          "Saga {}: {} failed, attempt {}: {}", fence().sagaId(), name, attempt, failure.message());
      journal.write(j -> j.attemptFailed(fence(), n, failure));
      Duration suggested = e instanceof Retryable retryable ? retryable.delay() : Duration.ZERO;
      signals.pause(policy.delayAfter(attempt, suggested), canTurnBack);
      if (!(canTurnBack && signals.cancelled())) {
        return true;
      }
      turnBack(n, null);
      return false;
    }
    logUnforeseen(name, failure, e);
    if (canTurnBack) {
      turnBack(n, failure);
    } else {
      context.failed(failure.parked());
      end(Ended.STUCK);
    }
    return false;
  }

  private Retries policy(Step step) {
    Retries own = step.retries();
    return own == null ? retries : own;
  }

  private static StepFailure failureOf(String step, Exception e) {
    Throwable cause = e instanceof Retryable && e.getCause() != null ? e.getCause() : e;
    return StepFailure.of(step, cause);
  }

  private void logUnforeseen(String step, StepFailure failure, Exception e) {
    if (failure.isInternal()) {
      LOG.warn("Saga {}: {} failed", fence().sagaId(), step, e);
    }
  }

  private void turnBack(@Nullable Integer step, @Nullable StepFailure failure) {
    journal.write(j -> j.turnBack(fence(), step, failure));
    context.failed(failure);
    undoEverything(failure == null ? Ended.CANCELLED : Ended.UNDONE);
  }

  private void undoEverything(Ended how) {
    for (int n = reached; n >= 0; n--) {
      Step step = steps.get(n);
      Undo undo = step.undo();
      if (undo != null && !undone.contains(n) && !undo(n, step, undo)) {
        return;
      }
    }
    end(how);
  }

  /** Takes one step back; false when it cannot be and the saga is parked. */
  private boolean undo(int n, Step step, Undo undo) {
    for (int attempt = 1; ; attempt++) {
      stopHereIfAsked();
      try {
        context.begin(attempt, false, false);
        crashPoints.reached(point(step, "undo.before"));
        interruptibly(
            false,
            () -> {
              undo.run(context);
              return null;
            });
        crashPoints.reached(point(step, "undo.after"));
        journal.write(j -> j.undone(fence(), n));
        return true;
      } catch (Exception e) {
        letGoIfAsked(e);
        if (!policy(step).allowAnother(attempt, e, false)) {
          LOG.warn("Saga {}: {} cannot be undone", fence().sagaId(), step.name(), e);
          context.failed(StepFailure.of(step.name(), e).parked());
          end(Ended.STUCK);
          return false;
        }
        signals.pause(policy(step).delayAfter(attempt, Duration.ZERO), false);
      }
    }
  }

  /**
   * Tells the world, then gives the row its final state, both in one transaction where the saga
   * asks for it.
   */
  private void end(Ended how) {
    for (int attempt = 1; ; attempt++) {
      stopHereIfAsked();
      try {
        context.begin(attempt, false, false);
        crashPoints.reached(saga.kind() + ".ended.before");
        interruptibly(
            false,
            () -> {
              saga.ended(how, context);
              return null;
            });
        crashPoints.reached(saga.kind() + ".ended.after");
        journal.finish(stateFor(how), context);
        return;
      } catch (Exception e) {
        letGoIfAsked(e);
        if (!retries.allowAnother(attempt, e, false)) {
          LOG.error("Saga {} ended as {} and could not tell", fence().sagaId(), how, e);
          context.begin(attempt, false, false);
          context.failed(StepFailure.of("ended", e));
          journal.finish(stateFor(Ended.STUCK), context);
          return;
        }
        signals.pause(retries.delayAfter(attempt, Duration.ZERO), false);
      }
    }
  }

  private static String stateFor(Ended how) {
    return switch (how) {
      case DONE -> "done";
      case UNDONE, CANCELLED -> "undone";
      case STUCK -> "stuck";
    };
  }

  private void stopHereIfAsked() {
    if (signals.lost()) {
      throw new FencedOut(fence());
    }
    if (signals.stopping()) {
      throw new Stopping();
    }
  }

  /** A step that was interrupted fails in any way: what we were told counts, not how it failed. */
  private void letGoIfAsked(Exception e) {
    stopHereIfAsked();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof FencedOut fencedOut) {
        throw fencedOut;
      }
    }
  }

  private String point(Step step, String where) {
    return saga.kind() + "." + step.name() + "." + where;
  }
}
