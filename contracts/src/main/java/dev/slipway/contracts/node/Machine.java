package dev.slipway.contracts.node;

import java.util.Map;

/**
 * What a host is made of.
 *
 * @param address under which the other hosts reach it; empty while the Swarm knows none
 * @param engineVersion of its container engine
 * @param cpus how many processors it has
 * @param memoryBytes how much memory it has
 * @param labels what its operator wrote on it
 */
public record Machine(
    String hostname,
    String address,
    String engineVersion,
    double cpus,
    long memoryBytes,
    Map<String, String> labels) {

  public Machine {
    labels = Map.copyOf(labels);
  }
}
