package dev.slipway.ingress.routes;

import dev.slipway.contracts.route.RouteState;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What answers at one host: the release that serves it and its tasks. */
public final class Site {
  private final String host;
  private final RouteState state;
  private final ReleaseLoad load;
  private final List<Upstream> upstreams;
  private final AtomicInteger turn = new AtomicInteger();

  Site(String host, RouteState state, ReleaseLoad load, List<Upstream> upstreams) {
    this.host = host;
    this.state = state;
    this.load = load;
    this.upstreams = List.copyOf(upstreams);
  }

  public String host() {
    return host;
  }

  public RouteState state() {
    return state;
  }

  public ReleaseLoad load() {
    return load;
  }

  public List<Upstream> upstreams() {
    return upstreams;
  }

  /**
   * The task with the least in flight, equals in turn; those that refused a connection lately only
   * when there is no other.
   *
   * @return null when every task was tried or there is none
   */
  public @Nullable Upstream pick(Set<Upstream> tried, long nanoTime) {
    int size = upstreams.size();
    if (size == 1 && tried.isEmpty()) {
      return upstreams.getFirst();
    }
    Upstream best = null;
    int bestCost = Integer.MAX_VALUE;
    int first = size == 0 ? 0 : Math.floorMod(turn.getAndIncrement(), size);
    for (int i = 0; i < size; i++) {
      Upstream candidate = upstreams.get((first + i) % size);
      int cost = candidate.inFlight() + (candidate.resting(nanoTime) ? 1_000_000 : 0);
      if (cost < bestCost && !tried.contains(candidate)) {
        best = candidate;
        bestCost = cost;
      }
    }
    return best;
  }
}
