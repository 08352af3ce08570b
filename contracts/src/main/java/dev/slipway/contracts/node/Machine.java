package dev.slipway.contracts.node;

/**
 * What a host is made of.
 *
 * @param address under which the other hosts reach it; empty while the Swarm knows none
 * @param engineVersion of its container engine
 * @param cpus how many processors it has
 * @param memoryBytes how much memory it has
 */
public record Machine(
    String hostname, String address, String engineVersion, int cpus, long memoryBytes) {}
