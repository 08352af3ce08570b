package dev.slipway.ingress.routes;

import java.util.concurrent.atomic.AtomicInteger;

/** How many requests and upgraded connections of one release are under way. */
public final class ReleaseLoad {
  private final String releaseId;
  private final Runnable drained;
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile boolean routed;

  ReleaseLoad(String releaseId, Runnable drained) {
    this.releaseId = releaseId;
    this.drained = drained;
  }

  public String releaseId() {
    return releaseId;
  }

  public int inFlight() {
    return inFlight.get();
  }

  public void enter() {
    inFlight.incrementAndGet();
  }

  /** Rings when this was the last one of a release that has left the table. */
  public void leave() {
    if (inFlight.decrementAndGet() == 0 && !routed) {
      drained.run();
    }
  }

  void routed(boolean inTable) {
    routed = inTable;
  }

  boolean forgettable() {
    return !routed && inFlight.get() == 0;
  }
}
