package dev.slipway.contracts.application;

import org.jspecify.annotations.Nullable;

/**
 * When a new replica counts as healthy. With a path: HTTP GET answers 200 to 399. Without: the
 * image's own HEALTHCHECK when it has one, else the port accepts a TCP connection.
 *
 * @param path absolute path, or null
 * @param intervalSeconds between two looks, 1 to 300
 * @param timeoutSeconds of one look, 1 to 60
 * @param retries failed looks in a row that make a serving replica unhealthy, 1 to 20
 * @param graceSeconds how long a new replica may take until its first healthy look, 1 to 3600
 */
public record HealthCheck(
    @Nullable String path, int intervalSeconds, int timeoutSeconds, int retries, int graceSeconds) {
  public static final HealthCheck DEFAULT = new HealthCheck(null, 30, 10, 3, 60);
}
