package dev.slipway.platform.secrets;

/** A stored secret cannot be opened. Its message names the key, never the content. */
public final class UnreadableSecret extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says why in a sentence that holds no part of the secret. */
  public UnreadableSecret(String message) {
    super(message);
  }
}
