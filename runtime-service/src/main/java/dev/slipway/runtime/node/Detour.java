package dev.slipway.runtime.node;

/**
 * The way requests take past hosts that are to be emptied, before the replicas there are told to
 * end: one that is in the middle of an answer may break it off.
 */
@FunctionalInterface
public interface Detour {

  /**
   * Blocks, some seconds at most, until no request is sent to such a host that a replica of another
   * one can answer.
   *
   * @return false when that is not sure yet
   */
  boolean taken() throws InterruptedException;
}
