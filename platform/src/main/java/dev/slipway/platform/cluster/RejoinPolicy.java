package dev.slipway.platform.cluster;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * When a process that is out of its cluster gives up on coming back in and joins anew: after its
 * patience, and only time counts in which the network is well, that is, most of the others that
 * live can be reached. Whoever is alone, cut off or loses every third packet gains nothing by
 * joining anew. Not safe to share between threads.
 *
 * <p>A process that never was in its cluster has twice the patience: it may be one of many that
 * start on a slow machine.
 */
final class RejoinPolicy {
  private final Duration patience;
  private final Set<String> known = new HashSet<>();
  private boolean settledOnce;
  private boolean out;
  private long outSince;

  /**
   * What a process sees of its cluster at one moment.
   *
   * @param settled the bus reaches this process and its tables answer
   * @param members {@code host:port} of every member as this one sees it, itself included
   * @param living {@code host:port} of the other processes that live, as their rows say
   * @param inReach those of them whose membership port was connected to at the first try
   */
  record Sight(boolean settled, Set<String> members, Set<String> living, Set<String> inReach) {
    Sight {
      members = Set.copyOf(members);
      living = Set.copyOf(living);
      inReach = Set.copyOf(inReach);
    }

    boolean networkIsWell() {
      return inReach.size() * 2 > living.size();
    }
  }

  /**
   * @param patience how long a process that was in its cluster may be out of it
   */
  RejoinPolicy(Duration patience) {
    this.patience = patience;
  }

  /**
   * Judges one look.
   *
   * @param nanos when it was, by a clock that only goes on
   * @return why to leave now; empty: stay
   */
  Optional<String> judge(long nanos, Sight sight) {
    settledOnce |= sight.settled();
    known.addAll(sight.members());
    Optional<String> why = outBecause(sight);
    if (why.isEmpty()) {
      out = false;
      return why;
    }
    if (!out) {
      out = true;
      outSince = nanos;
    }
    return nanos - outSince >= bound().toNanos() ? why : Optional.empty();
  }

  private Duration bound() {
    return settledOnce ? patience : patience.multipliedBy(2);
  }

  private Optional<String> outBecause(Sight sight) {
    if (!sight.networkIsWell()) {
      return Optional.empty();
    }
    if (!sight.settled()) {
      return Optional.of("the cluster's tables do not lead to it, or do not answer");
    }
    Set<String> lost = lost(sight);
    return isSmaller(sight.members(), lost)
        ? Optional.of(String.join(", ", lost) + " can be reached and are in another cluster")
        : Optional.empty();
  }

  /**
   * Only those that were in this cluster once: whoever was never told of the others finds them no
   * better after a new start.
   */
  private Set<String> lost(Sight sight) {
    Set<String> lost = new TreeSet<>(sight.inReach());
    lost.removeAll(sight.members());
    lost.retainAll(known);
    return lost;
  }

  /** The smaller part goes to the larger one; of two equal ones, that without the least address. */
  private static boolean isSmaller(Set<String> members, Set<String> lost) {
    if (members.size() != lost.size()) {
      return members.size() < lost.size();
    }
    return !lost.isEmpty() && Collections.min(lost).compareTo(Collections.min(members)) < 0;
  }
}
