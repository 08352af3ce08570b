package dev.slipway.platform.keep;

/**
 * One kind of thing to clear up, in bounded pieces: whoever is stopped in the middle finds the rest
 * the next time.
 *
 * @param what is collected, as the API names it: {@code images}, {@code log-segments}
 */
public record Chore(String what, Work work) {

  /** Clears up. Called on a virtual thread; an interrupt means to stop. */
  public interface Work {
    /** Takes away what is due and tells what is left. */
    Outcome collect() throws Exception;
  }
}
