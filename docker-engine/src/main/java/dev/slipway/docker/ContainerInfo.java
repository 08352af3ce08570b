package dev.slipway.docker;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container on this node.
 *
 * @param imageId {@code sha256:…} it runs
 * @param exitCode of its last run; 0 while it runs
 * @param error why it could not start, in the engine's words
 * @param startedAt null when it never started
 * @param networks its address on each network, by network name
 * @param gatewayAddress where this host reaches it when it is on an overlay: its address on the
 *     gateway bridge; null when it has none. A container on a bridge network is reached under its
 *     address in {@code networks}
 * @param logBytesKept false when its log driver keeps nothing that can be read back
 */
public record ContainerInfo(
    String id,
    String name,
    String image,
    String imageId,
    Map<String, String> labels,
    State state,
    Health health,
    int exitCode,
    boolean oomKilled,
    @Nullable String error,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    Map<String, String> networks,
    @Nullable String gatewayAddress,
    List<PublishedPort> hostPorts,
    boolean logBytesKept) {

  public ContainerInfo {
    labels = Map.copyOf(labels);
    networks = Map.copyOf(networks);
    hostPorts = List.copyOf(hostPorts);
  }

  /** A container's life. */
  public enum State {
    CREATED,
    RUNNING,
    PAUSED,
    RESTARTING,
    REMOVING,
    EXITED,
    DEAD
  }

  /** What the image's or service's own check says. */
  public enum Health {
    /** There is no check. */
    NONE,
    STARTING,
    HEALTHY,
    UNHEALTHY
  }

  /** Whether it runs now. */
  public boolean running() {
    return state == State.RUNNING;
  }
}
