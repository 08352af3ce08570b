package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.platform.config.InvalidSettings;
import dev.slipway.platform.config.Settings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GatewayConfigTest {
  @Test
  void theDefaultsAreTheFoundingDocuments() {
    assertThat(GatewayConfig.from(Settings.of(Map.of())))
        .isEqualTo(
            new GatewayConfig(
                "0.0.0.0", 3000, 3001, 8080, "127.0.0.1.sslip.io", Duration.ofSeconds(30)));
  }

  @Test
  void everyPropertyIsRead() {
    Settings settings =
        Settings.of(
            Map.of(
                "SLIPWAY_BIND", "127.0.0.1",
                "SLIPWAY_UI_PORT", "1",
                "SLIPWAY_API_PORT", "2",
                "SLIPWAY_HTTP_PORT", "3",
                "SLIPWAY_DOMAIN", "apps.example.org",
                "SLIPWAY_DRAIN", "5s",
                "SLIPWAY_PUBLIC_URL", "https://deploy.example.org/"));

    assertThat(GatewayConfig.from(settings))
        .isEqualTo(
            new GatewayConfig(
                "127.0.0.1",
                1,
                2,
                3,
                "apps.example.org",
                Duration.ofSeconds(5),
                "https://deploy.example.org"));
  }

  @Test
  void mistakesAreToldTogether() {
    Settings settings =
        Settings.of(
            Map.of(
                "SLIPWAY_API_PORT", "many",
                "SLIPWAY_DOMAIN", "https://x",
                "SLIPWAY_PUBLIC_URL", "deploy.example.org"));
    GatewayConfig.from(settings);

    assertThatThrownBy(settings::check)
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("SLIPWAY_API_PORT")
        .hasMessageContaining("SLIPWAY_DOMAIN")
        .hasMessageContaining("SLIPWAY_PUBLIC_URL");
  }
}
