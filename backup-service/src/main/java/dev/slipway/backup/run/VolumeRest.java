package dev.slipway.backup.run;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerProblem;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether nothing writes to a volume: its application is stopped, and nothing of it is alive here.
 * What is replaced must rest from before its safety backup until it was compared.
 */
public record VolumeRest(BackupParts parts, Volumes.Found volume) {
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(250);

  /**
   * Waits: it was stopped a moment ago, perhaps, and what it runs has its time to end.
   *
   * @param meanwhile between two looks; may throw
   * @throws Problem {@code application_runs} when it does not end within a minute
   */
  public void await(Runnable meanwhile) {
    long until = System.nanoTime() + ENDS_WITHIN.toNanos();
    while (!rests()) {
      meanwhile.run();
      if (System.nanoTime() > until) {
        throw broken();
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new DockerProblem.Cancelled("interrupted while an application ended");
      }
      LockSupport.parkNanos(this, LOOK.toNanos());
    }
  }

  /** Throws {@code application_runs} when something may write now. */
  public void require() {
    if (!rests()) {
      throw broken();
    }
  }

  private boolean rests() {
    return parts.stores().volumes().isAtRest(volume.application()).await()
        && parts.volumes().alive(volume).isEmpty();
  }

  private Problem broken() {
    return Problem.conflict(
        "application_runs",
        "The application is not stopped, or does not end, and would write to its volume.",
        "Stop it with POST /api/applications/"
            + volume.application()
            + "/stop, then restore again.");
  }
}
