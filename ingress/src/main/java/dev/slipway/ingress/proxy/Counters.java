package dev.slipway.ingress.proxy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What happened since the start, for the health page and the bench. */
public final class Counters {
  final LongAdder connections = new LongAdder();
  final LongAdder requests = new LongAdder();
  final LongAdder upgrades = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder unknownHost = new LongAdder();
  final LongAdder unavailable = new LongAdder();
  final LongAdder broken = new LongAdder();
  final LongAdder tooSlow = new LongAdder();
  final LongAdder retried = new LongAdder();
  final LongAdder clientsGone = new LongAdder();
  final LongAdder originConnections = new LongAdder();
  final AtomicInteger open = new AtomicInteger();
  final AtomicInteger exchanges = new AtomicInteger();
  final AtomicInteger tunnels = new AtomicInteger();
  final AtomicInteger held = new AtomicInteger();

  /** Counted so far, in a fixed order. */
  public Map<String, Long> totals() {
    Map<String, Long> totals = new LinkedHashMap<>();
    totals.put("connections", connections.sum());
    totals.put("requests", requests.sum());
    totals.put("upgrades", upgrades.sum());
    totals.put("refused", refused.sum());
    totals.put("unknownHost", unknownHost.sum());
    totals.put("unavailable", unavailable.sum());
    totals.put("broken", broken.sum());
    totals.put("tooSlow", tooSlow.sum());
    totals.put("retried", retried.sum());
    totals.put("clientsGone", clientsGone.sum());
    totals.put("originConnections", originConnections.sum());
    return totals;
  }

  /** Now, in a fixed order. */
  public Map<String, Integer> levels() {
    Map<String, Integer> levels = new LinkedHashMap<>();
    levels.put("connections", open.get());
    levels.put("requests", exchanges.get());
    levels.put("upgraded", tunnels.get());
    levels.put("held", held.get());
    return levels;
  }
}
