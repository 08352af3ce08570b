package dev.slipway.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.platform.config.InvalidSettings;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IngressConfigTest {
  @Test
  void nothingNeedsToBeSet() throws Exception {
    IngressConfig config = IngressConfig.read(Map.of());

    assertThat(config.data()).isEqualTo(Path.of(System.getProperty("user.home"), ".slipway"));
    assertThat(config.httpPort()).isEqualTo(8080);
    assertThat(config.managementPort()).isZero();
    assertThat(config.databaseUrl()).isEmpty();
    assertThat(config.trustedProxies().contains(InetAddress.getLoopbackAddress())).isFalse();
    assertThat(config.loops()).isBetween(1, 32);
  }

  @Test
  void everythingCanBeSet() throws Exception {
    IngressConfig config =
        IngressConfig.read(
            Map.of(
                "SLIPWAY_DATA", "/srv/slipway",
                "SLIPWAY_HTTP_PORT", "80",
                "SLIPWAY_INGRESS_PORT", "9999",
                "SLIPWAY_DATABASE_URL", "postgresql://u:p@db:5433/slipway",
                "SLIPWAY_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7 ,fd00::/8",
                "SLIPWAY_INGRESS_LOOPS", "3"));

    assertThat(config.data()).isEqualTo(Path.of("/srv/slipway"));
    assertThat(config.httpPort()).isEqualTo(80);
    assertThat(config.managementPort()).isEqualTo(9999);
    assertThat(config.databaseUrl())
        .hasValueSatisfying(url -> assertThat(url.port()).isEqualTo(5433));
    assertThat(config.loops()).isEqualTo(3);
    assertThat(trusts(config, "10.200.3.4")).isTrue();
    assertThat(trusts(config, "192.0.2.7")).isTrue();
    assertThat(trusts(config, "fd12::1")).isTrue();
    assertThat(trusts(config, "192.0.2.8")).isFalse();
    assertThat(trusts(config, "11.0.0.1")).isFalse();
  }

  private static boolean trusts(IngressConfig config, String address) throws Exception {
    return config.trustedProxies().contains(InetAddress.getByName(address));
  }

  @Test
  void everythingWrongIsNamedAtOnce() {
    assertThatThrownBy(() ->
            IngressConfig.read(
                Map.of(
                    "SLIPWAY_HTTP_PORT", "http",
                    "SLIPWAY_INGRESS_PORT", "70000",
                    "SLIPWAY_TRUSTED_PROXIES", "10.0.0.0/33")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("SLIPWAY_HTTP_PORT")
        .hasMessageContaining("SLIPWAY_INGRESS_PORT")
        .hasMessageContaining("SLIPWAY_TRUSTED_PROXIES");
  }
}
