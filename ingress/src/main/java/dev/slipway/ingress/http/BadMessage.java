package dev.slipway.ingress.http;

/** A message that is refused: the status it deserves and why, in words for whoever sent it. */
public final class BadMessage extends RuntimeException {
  private final int status;

  public BadMessage(int status, String reason) {
    // Cheap on purpose: whoever attacks us decides how often this is thrown.
    super(reason, null, false, false);
    this.status = status;
  }

  public int status() {
    return status;
  }

  /** The reason, fit to be shown: it names the rule and never repeats what was sent. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
