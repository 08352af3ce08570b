package dev.slipway.runtime.service;

import dev.slipway.contracts.route.Target;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerInfo.Health;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One container of a release, running or ended.
 *
 * @param elsewhere the node it runs on when that is not this process's own; its container can then
 *     neither be looked into nor stopped from here
 * @param target where the ingress would reach it; null while it has no address
 * @param check what the image's own check says
 * @param publishedPort its port on the host, or 0
 */
public record Replica(
    String containerId,
    @Nullable String elsewhere,
    ContainerInfo.State state,
    @Nullable Target target,
    Health check,
    int exitCode,
    boolean outOfMemory,
    @Nullable String error,
    int publishedPort,
    Instant createdAt) {

  public boolean running() {
    return state == ContainerInfo.State.RUNNING;
  }

  /** It ran and ended. */
  public boolean ended() {
    return state == ContainerInfo.State.EXITED || state == ContainerInfo.State.DEAD;
  }
}
