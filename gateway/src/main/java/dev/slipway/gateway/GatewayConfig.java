package dev.slipway.gateway;

import dev.slipway.gateway.http.FrontConfig;
import dev.slipway.gateway.people.OidcConfig;
import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.net.AddressGuard;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the gateway is set up.
 *
 * @param bind address that both ports are opened on ({@code SLIPWAY_BIND}, every address by
 *     default)
 * @param uiPort dashboard and API ({@code SLIPWAY_UI_PORT}, 3000); 0: any free one
 * @param apiPort the API alone ({@code SLIPWAY_API_PORT}, 3001); 0: any free one
 * @param httpPort where the ingress answers, for the addresses that are shown ({@code
 *     SLIPWAY_HTTP_PORT}, 8080)
 * @param drain how long requests may take to end when the gateway goes ({@code SLIPWAY_DRAIN}, 30
 *     s)
 * @param sources what may be sent as source, and where sources and registries may be
 * @param domain suffix of generated host names ({@code SLIPWAY_DOMAIN}, {@code 127.0.0.1.sslip.io})
 * @param publicUrl where others reach this API, for addresses that are given away ({@code
 *     SLIPWAY_PUBLIC_URL}); without a slash at its end; empty: as the caller reached it
 * @param data where this host keeps what the database alone must not decide ({@code SLIPWAY_DATA});
 *     null: nowhere
 * @param front who may come in, and how often
 * @param oidc a provider of identities that people sign in with; null: none ({@link OidcConfig})
 */
public record GatewayConfig(
    String bind,
    int uiPort,
    int apiPort,
    int httpPort,
    String domain,
    Duration drain,
    String publicUrl,
    @Nullable Path data,
    FrontConfig front,
    @Nullable OidcConfig oidc,
    Sources sources) {
  static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);

  /**
   * How sources come.
   *
   * @param folder where archives are kept while they come ({@code SLIPWAY_DATA}/upload)
   * @param bytes most of one archive ({@code SLIPWAY_SOURCE_ARCHIVE}, 200 MB)
   * @param addresses where registries and the like may be ({@code SLIPWAY_ALLOW_PRIVATE_ADDRESSES},
   *     {@code SLIPWAY_ALLOWED_NETWORKS})
   */
  public record Sources(Path folder, long bytes, AddressGuard addresses) {
    static Sources from(Settings settings) {
      return new Sources(
          settings.path("SLIPWAY_DATA", "~/.slipway").resolve("upload"),
          settings.bytes("SLIPWAY_SOURCE_ARCHIVE", 200L << 20),
          AddressGuard.from(settings));
    }
  }

  /** One that nothing stands in front of, that shows itself as it is reached and keeps nothing. */
  public GatewayConfig(
      String bind, int uiPort, int apiPort, int httpPort, String domain, Duration drain) {
    this(
        bind,
        uiPort,
        apiPort,
        httpPort,
        domain,
        drain,
        "",
        null,
        FrontConfig.DEFAULT,
        null,
        Sources.from(Settings.of(Map.of())));
  }

  /** Reads the settings; the caller checks them all together. */
  public static GatewayConfig from(Settings settings) {
    String publicUrl = publicUrl(settings);
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
        domain,
        settings.duration("SLIPWAY_DRAIN", DEFAULT_DRAIN),
        publicUrl,
        settings.path("SLIPWAY_DATA", "~/.slipway"),
        FrontConfig.from(settings),
        OidcConfig.from(settings, publicUrl),
        Sources.from(settings));
  }

  private static String publicUrl(Settings settings) {
    String url = settings.text("SLIPWAY_PUBLIC_URL", "");
    if (!url.isEmpty() && !url.matches("https?://[A-Za-z0-9.:\\[\\]-]{1,253}(/[!-~]{0,200})?")) {
      settings.mistake(
          "SLIPWAY_PUBLIC_URL",
          "is not the address of a web server",
          "set where others reach this API, such as https://deploy.example.org");
      return "";
    }
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /** Why a port could not be opened, in words that name its setting. */
  Throwable explained(String setting, int port, Throwable failure) {
    if (!(failure instanceof BindException)) {
      return failure;
    }
    return String.valueOf(failure.getMessage()).contains("assign")
        ? new SetupFailure(
            "This machine has no address "
                + bind
                + ": set SLIPWAY_BIND to one of its own, or 0.0.0.0.",
            failure)
        : new SetupFailure(
            "Port "
                + port
                + " is taken or may not be used: stop what uses it, or choose another with "
                + setting
                + ".",
            failure);
  }
}
