package dev.slipway.platform.secrets;

/**
 * A stored secret cannot be opened. Its message names the key, never the content. Not a {@code
 * Problem}: whoever takes problems lightly must not go on without the secrets, for instance without
 * masking them.
 */
public final class UnreadableSecret extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says why in a sentence that holds no part of the secret. */
  public UnreadableSecret(String message) {
    super(message);
  }
}
