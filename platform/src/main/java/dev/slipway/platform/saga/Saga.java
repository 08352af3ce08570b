package dev.slipway.platform.saga;

/**
 * Long work that survives a crash: a script of steps, and what to tell the world when it has ended.
 */
public interface Saga {

  /** Which rows this saga runs: {@code build}, {@code deploy}. The same as its script's name. */
  default String kind() {
    return script().name();
  }

  /** The steps. Asked for once, when the runner is made. */
  Script script();

  /**
   * Writes the subject's final status. It runs before the saga's row gets its final state and may
   * run more than once: it must be idempotent. What it registers with {@link
   * StepContext#inCheckpoint} is committed together with that final state. Not called after a
   * hand-over, nor for a saga that was cancelled while it waited.
   *
   * <p>{@link StepContext#failure()} tells what went wrong. A failure here is retried with
   * back-off.
   */
  default void ended(Ended how, StepContext ctx) throws Exception {}
}
