package dev.slipway.docker;

import java.time.Duration;

/**
 * A build that succeeded.
 *
 * @param imageId {@code sha256:…} as the engine knows it
 * @param builder {@code buildkit} or {@code classic}
 * @param steps instructions of the Dockerfile that were looked at
 * @param cachedSteps those of them that did not have to run
 */
public record BuildResult(
    String imageId, String builder, int steps, int cachedSteps, Duration took) {}
