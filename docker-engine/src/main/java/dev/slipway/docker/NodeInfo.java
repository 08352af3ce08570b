package dev.slipway.docker;

import org.jspecify.annotations.Nullable;

/**
 * A node of the Swarm, as its manager knows it.
 *
 * @param version Swarm's index of what is wanted of this node; goes up with every change
 * @param hostname as the node calls itself; not necessarily unique
 * @param address under which other nodes reach it; empty before it has ever been ready
 * @param leader whether it leads the managers
 * @param managerAddress host and port where new nodes join; null for a worker
 */
public record NodeInfo(
    String id,
    long version,
    String hostname,
    String address,
    Role role,
    Availability availability,
    State state,
    boolean leader,
    @Nullable String managerAddress,
    String engineVersion,
    int processors,
    long memoryBytes) {

  /** What a node does for the Swarm. Managers run tasks too. */
  public enum Role {
    WORKER,
    MANAGER
  }

  /** Whether it takes tasks. */
  public enum Availability {
    ACTIVE,
    /** Keeps the tasks it has. */
    PAUSE,
    /** Its tasks go elsewhere. */
    DRAIN
  }

  /** What its heartbeat says; a node that is cut off counts as down after about 15 s. */
  public enum State {
    /** Not heard of yet, by a leader that is new. */
    UNKNOWN,
    READY,
    DOWN,
    DISCONNECTED
  }

  /** Whether tasks run there as far as anybody knows. */
  public boolean ready() {
    return state == State.READY;
  }

  /**
   * Whether the Swarm has given it up. A new leader has not heard of anybody yet: for some seconds
   * nodes are neither ready nor lost.
   */
  public boolean lost() {
    return state == State.DOWN || state == State.DISCONNECTED;
  }
}
