package dev.slipway.contracts.deployment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a deployment as its journal tells it.
 *
 * @param status running, done, failed, undone or cancelled
 */
public record DeploymentStep(
    String name, String status, @Nullable Instant startedAt, @Nullable Instant completedAt) {}
