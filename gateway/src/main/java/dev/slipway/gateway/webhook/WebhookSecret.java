package dev.slipway.gateway.webhook;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Makes secrets: {@code whsec_} and 32 random bytes in Base64, the form that senders of Standard
 * Webhooks ask for and every other sender takes as it is.
 */
final class WebhookSecret {
  static final String PREFIX = "whsec_";

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 32;

  private WebhookSecret() {}

  static String random() {
    byte[] bytes = new byte[BYTES];
    String text;
    do {
      // without the two characters that an address would have to escape: three tries or so
      RANDOM.nextBytes(bytes);
      text = Base64.getEncoder().encodeToString(bytes);
    } while (text.indexOf('+') >= 0 || text.indexOf('/') >= 0);
    return PREFIX + text;
  }
}
