package dev.slipway.runtime.database;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a server printed before its work failed, until the failure is written down. Only in memory:
 * whoever takes the work over after a crash has the failure without them.
 */
final class LastLines {
  private final Map<String, List<String>> bySaga = new ConcurrentHashMap<>();

  void keep(String saga, List<String> lines) {
    bySaga.put(saga, lines);
  }

  List<String> of(String saga) {
    return bySaga.getOrDefault(saga, List.of());
  }

  void forget(String saga) {
    bySaga.remove(saga);
  }
}
