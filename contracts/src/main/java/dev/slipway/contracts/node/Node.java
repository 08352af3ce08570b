package dev.slipway.contracts.node;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A host of the Swarm, as the leader of the reconcile loop saw it last. Written down so that a
 * gateway need not reach a manager to show it, and so that a leader's successor finds what was
 * wanted of it.
 *
 * @param leader it leads the Swarm's managers
 * @param replicas tasks of this installation that run on it or are about to
 * @param work what its operator wants and is not done; null when nothing
 * @param version counts its changes; the ETag
 * @param lastSeenAt when it was ready last, to half a minute
 * @param lostAt since when it is not ready; null while it is
 */
public record Node(
    NodeId id,
    Machine machine,
    NodeRole role,
    boolean leader,
    NodeState state,
    NodeAvailability availability,
    int replicas,
    @Nullable NodeWork work,
    long version,
    Instant firstSeenAt,
    Instant lastSeenAt,
    @Nullable Instant lostAt) {

  /** Whether tasks can be started on it. */
  public boolean takesTasks() {
    return state == NodeState.READY && availability == NodeAvailability.ACTIVE && work == null;
  }

  /** Whether it is on its way out of the Swarm. */
  public boolean leaves() {
    return work != null && work.kind() == NodeWork.Kind.REMOVE;
  }

  /** As it is called: its host name, or its id where it has none. */
  public String name() {
    return machine.hostname().isEmpty() ? id.value() : machine.hostname();
  }
}
