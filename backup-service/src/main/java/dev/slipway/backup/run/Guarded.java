package dev.slipway.backup.run;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerProblem;
import dev.slipway.platform.saga.Action;
import dev.slipway.platform.saga.Retries;
import dev.slipway.platform.saga.Retryable;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.platform.saga.Undo;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Set;

/** Failures in the words of a person; those that may pass by themselves are tried again. */
public final class Guarded {
  private static final Duration BACK_OFF = Duration.ofMillis(500);
  private static final int ATTEMPTS = 3;

  /** What a network or a store may get over by itself. */
  private static final Set<String> PASSING =
      Set.of("destination_unreachable", "destination_timeout");

  private Guarded() {}

  public static Action forward(Action action) {
    return ctx -> {
      try {
        return action.run(ctx);
      } catch (Exception e) {
        throw judged(ctx, e);
      }
    };
  }

  public static Undo back(Undo undo) {
    return ctx -> {
      try {
        undo.run(ctx);
      } catch (Exception e) {
        throw judged(ctx, e);
      }
    };
  }

  private static Exception judged(StepContext ctx, Exception failure) {
    if (interrupted(failure)) {
      ctx.checkpoint();
      return new Retryable("The step was interrupted.", failure, BACK_OFF);
    }
    return failure instanceof Problem problem && mayPass(ctx, problem)
        ? new Retryable(problem.detail(), problem, BACK_OFF)
        : failure;
  }

  private static boolean mayPass(StepContext ctx, Problem failure) {
    return failure instanceof DockerProblem problem && problem.transientFailure()
        || PASSING.contains(failure.code()) && ctx.attempt() < ATTEMPTS;
  }

  /**
   * Whether a step that fails so was only interrupted, or is tried again: for a step whose failures
   * are an outcome, this one is none yet.
   */
  static boolean isNoEnd(StepContext ctx, Exception failure) {
    return Thread.currentThread().isInterrupted()
        || byInterruption(failure)
        || failure instanceof Problem problem
            && mayPass(ctx, problem)
            && ctx.attempt() < Retries.DEFAULT.attempts();
  }

  /**
   * The runner interrupts to cancel, to stop, or because the saga is not ours any more: it knows
   * which. Whoever was waiting tells it in his own words.
   */
  private static boolean interrupted(Exception failure) {
    boolean told = Thread.interrupted(); // the flag is not for the next step
    return byInterruption(failure) || told;
  }

  private static boolean byInterruption(Exception failure) {
    boolean told = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      told |=
          cause instanceof InterruptedException
              || cause instanceof InterruptedIOException
                  && !(cause instanceof java.net.SocketTimeoutException)
              || cause instanceof DockerProblem.Cancelled;
    }
    return told;
  }
}
