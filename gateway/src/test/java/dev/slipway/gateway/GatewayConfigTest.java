package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.gateway.http.AddressRanges;
import dev.slipway.gateway.http.FrontConfig;
import dev.slipway.platform.config.InvalidSettings;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.net.AddressGuard;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GatewayConfigTest {
  @Test
  void theDefaultsAreTheFoundingDocuments() {
    assertThat(GatewayConfig.from(Settings.of(Map.of())))
        .isEqualTo(
            new GatewayConfig(
                "0.0.0.0",
                3000,
                3001,
                8080,
                "127.0.0.1.sslip.io",
                Duration.ofSeconds(30),
                "",
                Path.of(System.getProperty("user.home"), ".slipway"),
                FrontConfig.DEFAULT,
                null,
                new GatewayConfig.Sources(
                    Path.of(System.getProperty("user.home"), ".slipway/upload"),
                    200L << 20,
                    new AddressGuard(false))));
  }

  @Test
  void everyPropertyIsRead() {
    Settings settings =
        Settings.of(
            Map.ofEntries(
                Map.entry("SLIPWAY_BIND", "127.0.0.1"),
                Map.entry("SLIPWAY_UI_PORT", "1"),
                Map.entry("SLIPWAY_API_PORT", "2"),
                Map.entry("SLIPWAY_HTTP_PORT", "3"),
                Map.entry("SLIPWAY_DOMAIN", "apps.example.org"),
                Map.entry("SLIPWAY_DRAIN", "5s"),
                Map.entry("SLIPWAY_PUBLIC_URL", "https://deploy.example.org/"),
                Map.entry("SLIPWAY_DATA", "/data"),
                Map.entry("SLIPWAY_TRUSTED_PROXIES", "10.0.0.1"),
                Map.entry("SLIPWAY_ALLOWED_ADDRESSES", "192.0.2.0/24, 2001:db8::/32"),
                Map.entry("SLIPWAY_RATE_LIMIT", "5"),
                Map.entry("SLIPWAY_RATE_BURST", "7"),
                Map.entry("SLIPWAY_HEAD_TIMEOUT", "3s"),
                Map.entry("SLIPWAY_SOURCE_ARCHIVE", "1MB"),
                Map.entry("SLIPWAY_ALLOW_PRIVATE_ADDRESSES", "true")));

    assertThat(GatewayConfig.from(settings))
        .isEqualTo(
            new GatewayConfig(
                "127.0.0.1",
                1,
                2,
                3,
                "apps.example.org",
                Duration.ofSeconds(5),
                "https://deploy.example.org",
                Path.of("/data"),
                new FrontConfig(
                    AddressRanges.of("10.0.0.1"),
                    AddressRanges.of("192.0.2.0/24,2001:db8::/32"),
                    5,
                    7,
                    Duration.ofSeconds(3)),
                null,
                new GatewayConfig.Sources(
                    Path.of("/data/upload"), 1 << 20, new AddressGuard(true))));
  }

  @Test
  void mistakesAreToldTogether() {
    Settings settings =
        Settings.of(
            Map.of(
                "SLIPWAY_API_PORT",
                "many",
                "SLIPWAY_DOMAIN",
                "https://x",
                "SLIPWAY_ALLOWED_ADDRESSES",
                "10.0.0.0/33",
                "SLIPWAY_PUBLIC_URL",
                "deploy.example.org"));
    GatewayConfig.from(settings);

    assertThatThrownBy(settings::check)
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("SLIPWAY_API_PORT")
        .hasMessageContaining("SLIPWAY_DOMAIN")
        .hasMessageContaining("10.0.0.0/33")
        .hasMessageContaining("SLIPWAY_PUBLIC_URL");
  }
}
