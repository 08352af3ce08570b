package dev.slipway.gateway.api;

import java.util.List;
import java.util.Locale;

/** Guesses from a variable's name whether its value is a secret; its owner may say otherwise. */
final class Secrets {
  private static final List<String> WORDS =
      List.of(
          "PASSWORD",
          "PASSWD",
          "PASSPHRASE",
          "SECRET",
          "TOKEN",
          "KEY",
          "CREDENTIAL",
          "PRIVATE",
          "DSN",
          "DATABASE_URL",
          "REDIS_URL",
          "MONGO_URL",
          "AMQP_URL",
          "CONNECTION_STRING",
          "WEBHOOK_URL");

  /** Names that are read by everybody who opens the site: frameworks put them into its pages. */
  private static final List<String> PUBLIC =
      List.of("NEXT_PUBLIC_", "VITE_", "REACT_APP_", "NUXT_PUBLIC_", "PUBLIC_", "GATSBY_");

  private Secrets() {}

  static boolean isLikely(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return PUBLIC.stream().noneMatch(upper::startsWith)
        && (WORDS.stream().anyMatch(upper::contains)
            || upper.equals("PASS")
            || upper.endsWith("_PASS")
            || upper.endsWith("_PWD"));
  }
}
