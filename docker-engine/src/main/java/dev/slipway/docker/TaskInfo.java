package dev.slipway.docker;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a service to run one of its replicas.
 *
 * @param serviceId the service it belongs to
 * @param labels of its container
 * @param slot 1-based replica this task fills
 * @param desiredState what Swarm wants of it; below {@code RUNNING} wanted means it is going away
 * @param containerId null until the container exists
 * @param error why it failed or was rejected, in the engine's words
 * @param exitCode of its container, once ended
 * @param nodeId where it was placed; null until then
 * @param hostPorts host-mode ports as chosen by the engine, IPv4's first: the number for IPv6 may
 *     be another one; empty until it runs
 * @param networks its address on each overlay network, by the network's name, without prefix length
 * @param at when it came into this state
 */
public record TaskInfo(
    String id,
    String serviceId,
    Map<String, String> labels,
    int slot,
    State state,
    State desiredState,
    @Nullable String containerId,
    @Nullable String error,
    @Nullable Integer exitCode,
    @Nullable String nodeId,
    List<PublishedPort> hostPorts,
    Map<String, String> networks,
    Instant at) {

  public TaskInfo {
    hostPorts = List.copyOf(hostPorts);
    networks = Map.copyOf(networks);
    labels = Map.copyOf(labels);
  }

  /**
   * A task's life in Swarm's words and order.
   *
   * <pre>
   *   NEW -> PENDING -> ASSIGNED -> ACCEPTED -> PREPARING -> READY -> STARTING -> RUNNING
   *       (any of them) -> COMPLETE | SHUTDOWN | FAILED | REJECTED | REMOVE | ORPHANED
   * </pre>
   */
  public enum State {
    NEW,
    ALLOCATED,
    PENDING,
    ASSIGNED,
    ACCEPTED,
    PREPARING,
    READY,
    STARTING,
    RUNNING,
    COMPLETE,
    SHUTDOWN,
    FAILED,
    REJECTED,
    REMOVE,
    ORPHANED;

    /** Whether it will never run again. */
    public boolean ended() {
      return compareTo(RUNNING) > 0;
    }
  }

  /**
   * The id of its container.
   *
   * @throws IllegalStateException while there is none
   */
  public String container() {
    if (containerId == null) {
      throw new IllegalStateException("task " + id + " has no container: " + state);
    }
    return containerId;
  }

  /** Whether it runs and is wanted to. */
  public boolean serving() {
    return state == State.RUNNING && desiredState == State.RUNNING;
  }
}
