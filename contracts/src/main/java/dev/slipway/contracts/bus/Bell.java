package dev.slipway.contracts.bus;

/**
 * A broadcast that only wakes listeners up: the truth is a committed row. A lost, repeated or
 * reordered bell costs latency, never correctness.
 *
 * @param address where it rings, unique together with the version
 * @param version meaning of the record
 * @param message the record rung
 */
public record Bell<E>(String address, int version, Class<E> message) {}
