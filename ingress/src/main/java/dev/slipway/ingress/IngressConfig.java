package dev.slipway.ingress;

import dev.slipway.ingress.http.TrustedProxies;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.pg.DatabaseUrl;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of an ingress.
 *
 * @param data the data directory: {@code routes/}, {@code database.url}, {@code installation-id}
 * @param httpPort where the applications are reached, on all addresses
 * @param managementPort health and figures, on loopback only; 0 for any free one ({@code
 *     SLIPWAY_INGRESS_PORT}, or {@code SLIPWAY_MANAGEMENT_PORT} as with every other role)
 * @param databaseUrl empty: {@code database.url} in the data directory, read anew at every attempt
 * @param trustedProxies whose {@code X-Forwarded-…} headers are believed
 * @param loops event loops for the traffic
 */
public record IngressConfig(
    Path data,
    int httpPort,
    int managementPort,
    Optional<DatabaseUrl> databaseUrl,
    TrustedProxies trustedProxies,
    int loops) {

  private static final int MOST_LOOPS = 32;

  /**
   * Reads {@code SLIPWAY_DATA}, {@code SLIPWAY_HTTP_PORT}, {@code SLIPWAY_INGRESS_PORT}, {@code
   * SLIPWAY_DATABASE_URL}, {@code SLIPWAY_TRUSTED_PROXIES} and {@code SLIPWAY_INGRESS_LOOPS}.
   *
   * @throws dev.slipway.platform.config.InvalidSettings naming everything that is wrong
   */
  public static IngressConfig read(Map<String, String> environment) {
    Settings settings = Settings.of(environment);
    int processors = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_LOOPS);
    IngressConfig config =
        new IngressConfig(
            settings.path("SLIPWAY_DATA", "~/.slipway"),
            settings.port("SLIPWAY_HTTP_PORT", 8080),
            settings.port("SLIPWAY_INGRESS_PORT", settings.port("SLIPWAY_MANAGEMENT_PORT", 0)),
            settings.databaseUrl("SLIPWAY_DATABASE_URL"),
            trusted(settings),
            settings.number("SLIPWAY_INGRESS_LOOPS", processors, 1, MOST_LOOPS));
    settings.check();
    return config;
  }

  private static TrustedProxies trusted(Settings settings) {
    try {
      return TrustedProxies.parse(settings.text("SLIPWAY_TRUSTED_PROXIES", ""));
    } catch (IllegalArgumentException e) {
      settings.mistake(
          "SLIPWAY_TRUSTED_PROXIES",
          "cannot be read, " + e.getMessage(),
          "set addresses or networks, separated by commas");
      return TrustedProxies.nobody();
    }
  }
}
