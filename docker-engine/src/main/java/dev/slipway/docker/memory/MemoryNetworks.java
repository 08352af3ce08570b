package dev.slipway.docker.memory;

import dev.slipway.docker.NetworkInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The overlay networks of the twin's Swarm. */
final class MemoryNetworks {
  private final Map<String, NetworkInfo> networks = new LinkedHashMap<>();

  synchronized NetworkInfo ensure(String name, Map<String, String> labels) {
    return networks.computeIfAbsent(
        name, n -> new NetworkInfo(Ids.fresh(25), name, "overlay", labels));
  }

  synchronized boolean has(String name) {
    return networks.containsKey(name);
  }

  synchronized void remove(String name) {
    networks.remove(name);
  }

  synchronized List<NetworkInfo> all() {
    return List.copyOf(networks.values());
  }
}
