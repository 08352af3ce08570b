package dev.slipway.docker;

import java.time.Duration;
import java.time.Instant;

/**
 * One reading of a container's counters.
 *
 * @param cpu processor time used since it started
 * @param processors how many the host has online
 * @param memoryBytes in use, page cache that can be dropped left out
 * @param memoryLimitBytes its limit, or the host's memory
 * @param receivedBytes over all its networks since it started
 */
public record ContainerStats(
    Instant at,
    Duration cpu,
    int processors,
    long memoryBytes,
    long memoryLimitBytes,
    long receivedBytes,
    long sentBytes,
    long readBytes,
    long writtenBytes,
    int processes) {

  /** Processors used between an earlier reading and this one: 1.0 is one full core. */
  public double cpusSince(ContainerStats earlier) {
    var wall = Duration.between(earlier.at, at).toNanos();
    return wall <= 0 ? 0 : Math.max(0, (double) cpu.minus(earlier.cpu).toNanos() / wall);
  }
}
