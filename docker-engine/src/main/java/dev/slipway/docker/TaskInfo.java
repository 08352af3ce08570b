package dev.slipway.docker;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a service to run one of its replicas.
 *
 * @param slot 1-based replica this task fills
 * @param desiredState what Swarm wants of it; below {@code RUNNING} wanted means it is going away
 * @param containerId null until the container exists
 * @param error why it failed or was rejected, in the engine's words
 * @param exitCode of its container, once ended
 * @param hostPorts host-mode ports as chosen by the engine; empty until it runs
 * @param addresses its addresses on overlay networks, without prefix length
 * @param at when it came into this state
 */
public record TaskInfo(
    String id,
    int slot,
    State state,
    State desiredState,
    @Nullable String containerId,
    @Nullable String error,
    @Nullable Integer exitCode,
    @Nullable String nodeId,
    List<PublishedPort> hostPorts,
    List<String> addresses,
    Instant at) {

  public TaskInfo {
    hostPorts = List.copyOf(hostPorts);
    addresses = List.copyOf(addresses);
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
