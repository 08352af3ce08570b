package dev.slipway.ingress.routes;

import dev.slipway.contracts.route.Route;
import dev.slipway.contracts.route.RouteTable;
import dev.slipway.contracts.route.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The table in force and what is in flight. A swap is one write of one reference: a request sees
 * the old table or the new one, never a mixture, and whoever entered under the old one notices.
 */
public final class Routes {
  private final Map<String, ReleaseLoad> loads = new ConcurrentHashMap<>();
  private final List<Runnable> swapped = new CopyOnWriteArrayList<>();
  private final List<Runnable> drained = new CopyOnWriteArrayList<>();
  private volatile Routing current = new Routing(new RouteTable("", 0, List.of()), Map.of(), false);

  /** Routes of nothing: every host is unknown until the first {@link #apply}. */
  public Routes() {}

  private record Key(String releaseId, Target target) {}

  public Routing current() {
    return current;
  }

  /** Runs after every swap, on the thread that swapped. */
  public void onSwap(Runnable listener) {
    swapped.add(listener);
  }

  /** Runs when the last request of a release that has left the table ended, on any thread. */
  public void onDrained(Runnable listener) {
    drained.add(listener);
  }

  /** Puts a table in force. Loads and task addresses that stay keep their counts. */
  public synchronized void apply(RouteTable table) {
    Routing before = current;
    Map<Key, Upstream> known = upstreams(before);
    Map<Key, Upstream> kept = new HashMap<>();
    Map<String, Site> sites = new HashMap<>();
    Set<ReleaseLoad> routed = new HashSet<>();
    for (Route route : table.routes()) {
      ReleaseLoad load = load(route.releaseId().value());
      load.routed(true);
      routed.add(load);
      List<Upstream> upstreams = new ArrayList<>();
      for (Target target : route.targets()) {
        Key key = new Key(load.releaseId(), target);
        Upstream upstream = known.get(key);
        upstreams.add(
            kept.computeIfAbsent(key, k -> upstream == null ? new Upstream(target) : upstream));
      }
      String host = route.host().toLowerCase(Locale.ROOT);
      sites.put(host, new Site(host, route.state(), load, upstreams));
    }
    current = new Routing(table, sites, true);
    known.forEach((key, upstream) -> retireUnless(kept.containsKey(key), upstream));
    loads.values().forEach(load -> load.routed(routed.contains(load)));
    loads.values().removeIf(ReleaseLoad::forgettable);
    swapped.forEach(Runnable::run);
  }

  private static void retireUnless(boolean stays, Upstream upstream) {
    if (!stays) {
      upstream.retire();
    }
  }

  private ReleaseLoad load(String releaseId) {
    return loads.computeIfAbsent(
        releaseId, id -> new ReleaseLoad(id, () -> drained.forEach(Runnable::run)));
  }

  private static Map<Key, Upstream> upstreams(Routing routing) {
    Map<Key, Upstream> known = new HashMap<>();
    for (Route route : routing.table().routes()) {
      Site site = routing.sites().get(route.host().toLowerCase(Locale.ROOT));
      for (int i = 0; site != null && i < route.targets().size(); i++) {
        known.put(
            new Key(route.releaseId().value(), route.targets().get(i)), site.upstreams().get(i));
      }
    }
    return known;
  }

  /** What is under way, by release id; releases with nothing in flight are left out. */
  public Map<String, Integer> inFlight() {
    Map<String, Integer> counts = new HashMap<>();
    loads.forEach((id, load) -> {
      int count = load.inFlight();
      if (count > 0) {
        counts.put(id, count);
      }
    });
    return counts;
  }
}
