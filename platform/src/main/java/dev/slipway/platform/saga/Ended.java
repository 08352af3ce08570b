package dev.slipway.platform.saga;

/** How a saga that ran came to its end. */
public enum Ended {
  /** Every step is done. */
  DONE,
  /** A step failed before the point of no return; everything it made is undone. */
  UNDONE,
  /** It was cancelled before the point of no return; everything it made is undone. */
  CANCELLED,
  /**
   * A step after the point of no return, or an undo, failed for good: a person has to look at it.
   */
  STUCK
}
