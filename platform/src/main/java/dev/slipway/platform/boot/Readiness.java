package dev.slipway.platform.boot;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ready when nothing is awaited any more and the process is not on its way down. Safe to share
 * between threads.
 */
public final class Readiness {
  private final Set<String> awaited = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  /** Not ready until {@link #reached} is called for each of these. */
  public Readiness(String... milestones) {
    awaited.addAll(Set.of(milestones));
  }

  /** A milestone is there. */
  public void reached(String milestone) {
    awaited.remove(milestone);
  }

  /** Not ready from now on: the first line of every shutdown. */
  public void drain() {
    draining = true;
  }

  /** True when the process is on its way down. */
  public boolean isDraining() {
    return draining;
  }

  /** True when work may be sent here. */
  public boolean isReady() {
    return !draining && awaited.isEmpty();
  }

  /** What is still missing, for the health endpoint. */
  public String missing() {
    return draining ? "shutting down" : String.join(", ", awaited.stream().sorted().toList());
  }
}
