package dev.slipway.contracts.deployment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a deployment as its journal tells it.
 *
 * @param status running, done, failed, undone or cancelled
 * @param attempt which attempt this is, or was the last, counted from 1 over crashes
 * @param lastError why the last failed attempt failed; null when none has
 */
public record DeploymentStep(
    String name,
    String status,
    int attempt,
    @Nullable LastError lastError,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt) {

  /** Why an attempt failed, and what a person can do. */
  public record LastError(String code, String detail, String remedy) {}
}
