package dev.slipway.platform.boot;

/**
 * The process cannot start as it is set up: one sentence for the person who started it, exit code
 * 2, no stack trace. Say what is wrong, name the thing, and say what to do.
 */
public final class SetupFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failure that only the sentence explains. */
  public SetupFailure(String sentence) {
    super(sentence);
  }

  /** A failure with its cause, for the log. */
  public SetupFailure(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
