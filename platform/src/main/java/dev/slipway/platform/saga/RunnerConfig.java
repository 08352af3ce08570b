package dev.slipway.platform.saga;

import java.time.Duration;

/**
 * How a {@link SagaRunner} works.
 *
 * @param owner a name that no two living processes share. What is still held under it when the
 *     runner starts was left by a killed predecessor and is taken over at once, without waiting for
 *     the lease
 * @param maxConcurrent how many sagas run at a time, 1 or more
 * @param lease how long a claim lasts without a heartbeat
 * @param heartbeat how often leases are renewed and cancel requests read; well below the lease
 * @param poll how often to look for work when no bell rings
 * @param retries for steps that fail and may work later
 */
public record RunnerConfig(
    String owner,
    int maxConcurrent,
    Duration lease,
    Duration heartbeat,
    Duration poll,
    Retries retries) {

  /** Lease 8 s, heartbeat and poll 2 s: another process resumes within 10 s of a kill. */
  public static RunnerConfig of(String owner, int maxConcurrent) {
    return new RunnerConfig(
        owner,
        maxConcurrent,
        Duration.ofSeconds(8),
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        Retries.DEFAULT);
  }
}
