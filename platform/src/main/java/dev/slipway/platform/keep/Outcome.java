package dev.slipway.platform.keep;

/**
 * What a chore did and what is left.
 *
 * @param collected things taken away
 * @param bytes they took, as far as known
 * @param held things of this kind that are still there; -1 when nobody counted
 * @param heldBytes what those take; 0 when nobody measured
 */
public record Outcome(long collected, long bytes, long held, long heldBytes) {

  /** Taken away, what is left not counted. */
  public static Outcome collected(long count, long bytes) {
    return new Outcome(count, bytes, -1, 0);
  }
}
