package dev.slipway.docker;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a build's timeline.
 *
 * <pre>
 *   STARTED -> DONE | FAILED | CANCELLED
 *   CACHED                                 (told once, already at its end)
 * </pre>
 *
 * @param id the same for all news of one step
 * @param name as written, such as {@code [2/3] RUN npm ci} or {@code [internal] load .dockerignore}
 * @param completedAt null while it runs
 * @param error why it failed
 */
public record BuildStep(
    String id,
    String name,
    State state,
    Instant startedAt,
    @Nullable Instant completedAt,
    @Nullable String error) {

  /** Where a step is. */
  public enum State {
    STARTED,
    CACHED,
    DONE,
    FAILED,
    CANCELLED
  }

  /**
   * Whether this is the builder's own housekeeping rather than an instruction of the Dockerfile.
   */
  public boolean internal() {
    return name.startsWith("[internal]") || name.startsWith("exporting ");
  }

  /** How long it took, or zero while it runs. */
  public Duration took() {
    return completedAt == null ? Duration.ZERO : Duration.between(startedAt, completedAt);
  }
}
