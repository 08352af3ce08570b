package dev.slipway.contracts.runtime;

import dev.slipway.contracts.bus.Ask;
import dev.slipway.contracts.deployment.ReleaseId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All that may be asked of the runtime service. Nothing here changes anything: starting and
 * stopping are the row {@code applications.stopped}, scaling is {@code config.replicas}, restarting
 * is a deployment of the current release (trigger {@code config}); the reconcile loop and the
 * deploy saga carry them out.
 */
public final class RuntimeContract {
  /**
   * Can this release serve again? Asked before a rollback is written, so that one that cannot work
   * is refused before anything is touched. The runtime answers from its engine: the release is kept
   * and its image is there, or can be pulled. With no answer in time the rollback is refused as
   * unavailable, never started on hope.
   */
  public static final Ask<ReleaseReady, Readiness> RELEASE_READY =
      new Ask<>(
          "runtime.release-ready", 1, ReleaseReady.class, Readiness.class, Duration.ofSeconds(5));

  private RuntimeContract() {}

  /** Asks about one release. */
  public record ReleaseReady(ReleaseId releaseId) {}

  /**
   * The answer.
   *
   * @param ready the release can be brought into service as it is
   * @param reason why not, in a sentence a person understands; null when ready
   */
  public record Readiness(boolean ready, @Nullable String reason) {}
}
