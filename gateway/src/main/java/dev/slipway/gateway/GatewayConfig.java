package dev.slipway.gateway;

import dev.slipway.platform.config.Settings;

/**
 * How the gateway is set up.
 *
 * @param bind address that both ports are opened on ({@code SLIPWAY_BIND}, every address by
 *     default)
 * @param uiPort dashboard and API ({@code SLIPWAY_UI_PORT}, 3000); 0: any free one
 * @param apiPort the API alone ({@code SLIPWAY_API_PORT}, 3001); 0: any free one
 * @param httpPort where the ingress answers, for the addresses that are shown ({@code
 *     SLIPWAY_HTTP_PORT}, 8080)
 * @param domain suffix of generated host names ({@code SLIPWAY_DOMAIN}, {@code 127.0.0.1.sslip.io})
 */
public record GatewayConfig(String bind, int uiPort, int apiPort, int httpPort, String domain) {
  /** Reads the settings; the caller checks them all together. */
  public static GatewayConfig from(Settings settings) {
    String domain = settings.text("SLIPWAY_DOMAIN", "127.0.0.1.sslip.io");
    if (!domain.matches("[a-z0-9]([a-z0-9.-]{0,180}[a-z0-9])?")) {
      settings.mistake(
          "SLIPWAY_DOMAIN",
          "is not a host name",
          "set the suffix of generated names, in lower case, such as apps.example.org");
    }
    return new GatewayConfig(
        settings.text("SLIPWAY_BIND", "0.0.0.0"),
        settings.port("SLIPWAY_UI_PORT", 3000),
        settings.port("SLIPWAY_API_PORT", 3001),
        settings.port("SLIPWAY_HTTP_PORT", 8080),
        domain);
  }
}
