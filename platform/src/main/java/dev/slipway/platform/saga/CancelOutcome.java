package dev.slipway.platform.saga;

/** What a request to cancel has met. */
public enum CancelOutcome {
  /**
   * It had not begun and never will: the caller writes the subject's status, in the same
   * transaction.
   */
  NEVER_RAN,
  /** It runs and has been told to stop; {@link Saga#ended} will write the subject's status. */
  REQUESTED,
  /** It is past its point of no return and will be finished. */
  TOO_LATE,
  /** Nothing of that subject waits or runs. */
  NOTHING_OPEN
}
