package dev.slipway.backup.dump;

import dev.slipway.docker.DockerProblem;

/**
 * A wait that was cut short, told as the engine tells it: the saga knows why it was interrupted.
 */
final class Interruption {
  private Interruption() {}

  static RuntimeException of(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new DockerProblem.Cancelled("interrupted while waiting for a tool: " + e.getMessage());
  }
}
