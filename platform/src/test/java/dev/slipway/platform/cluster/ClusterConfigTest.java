package dev.slipway.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.platform.config.InvalidSettings;
import dev.slipway.platform.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterConfigTest {
  private static ClusterConfig read(Map<String, String> values) {
    Settings settings = Settings.of(values);
    ClusterConfig config = ClusterConfig.from(settings);
    settings.check();
    return config;
  }

  @Test
  void withoutASettingTheBusStaysInsideTheProcess() {
    assertThat(read(Map.of()).clustered()).isFalse();
    assertThat(read(Map.of("SLIPWAY_CLUSTER", "none")).clustered()).isFalse();
    assertThat(read(Map.of()).address()).isNull();
  }

  @Test
  void everyPropertyIsRead() {
    ClusterConfig config =
        read(
            Map.of(
                "SLIPWAY_CLUSTER", "127.0.0.1, other:6000",
                "SLIPWAY_CLUSTER_HOST", "127.0.0.2",
                "SLIPWAY_CLUSTER_PORT", "7001",
                "SLIPWAY_BUS_PORT", "7002",
                "SLIPWAY_CLUSTER_PUBLIC_HOST", "127.0.0.3",
                "SLIPWAY_CLUSTER_PUBLIC_PORT", "8001",
                "SLIPWAY_BUS_PUBLIC_PORT", "8002"));
    assertThat(config.members()).isEqualTo(List.of("127.0.0.1:5701", "other:6000"));
    assertThat(config.bind()).isEqualTo(new ClusterConfig.Place("127.0.0.2", 7001, 7002));
    assertThat(config.announced()).isEqualTo(new ClusterConfig.Place("127.0.0.3", 8001, 8002));
    assertThat(config.address()).isEqualTo("127.0.0.3:8001");
  }

  @Test
  void theOwnAddressIsTheOneThatLeadsToTheOthers() {
    ClusterConfig config = read(Map.of("SLIPWAY_CLUSTER", "nobody.invalid:1,127.0.0.1:5701"));
    assertThat(config.bind()).isEqualTo(new ClusterConfig.Place("127.0.0.1", 5701, 0));
  }

  @Test
  void mistakesAreToldTogether(@TempDir Path folder) throws Exception {
    Path text = Files.writeString(folder.resolve("a.pem"), "no certificate");
    assertThatThrownBy(() ->
            read(
                Map.of(
                    "SLIPWAY_CLUSTER",
                    "http://x",
                    "SLIPWAY_CLUSTER_HOST",
                    "no such host!",
                    "SLIPWAY_CLUSTER_PORT",
                    "0",
                    "SLIPWAY_BUS_TLS_CERT",
                    text.toString(),
                    "SLIPWAY_BUS_TLS_KEY",
                    text.toString(),
                    "SLIPWAY_BUS_TLS_CA",
                    folder.resolve("missing").toString())))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("SLIPWAY_CLUSTER names 'http://x'")
        .hasMessageContaining("SLIPWAY_CLUSTER_HOST is")
        .hasMessageContaining("SLIPWAY_CLUSTER_PORT is '0'")
        .hasMessageContaining("SLIPWAY_BUS_TLS_CERT holds no certificate")
        .hasMessageContaining("SLIPWAY_BUS_TLS_KEY holds no PKCS #8 key")
        .hasMessageContaining("SLIPWAY_BUS_TLS_CA names a file that cannot be read");
  }

  @Test
  void oneOfThreeFilesIsNoTls() {
    assertThatThrownBy(() -> read(Map.of("SLIPWAY_BUS_TLS_CERT", "/a.pem")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("SLIPWAY_BUS_TLS_CERT, SLIPWAY_BUS_TLS_KEY and SLIPWAY_BUS_TLS_CA");
  }

  @Test
  void aProcessOfItsOwnNeedsADatabase() {
    Settings settings =
        Settings.of(Map.of("SLIPWAY_PROCESS", "one/two", "SLIPWAY_INSTALLATION", "x"));
    ProcessConfig.from(settings, "builder");
    assertThatThrownBy(settings::check)
        .hasMessageContaining("SLIPWAY_DATABASE_URL is not set")
        .hasMessageContaining("SLIPWAY_PROCESS is 'one/two'")
        .hasMessageContaining("SLIPWAY_INSTALLATION is 'x'");
  }

  @Test
  void theDefaultsOfAProcess() {
    ProcessConfig config =
        ProcessConfig.from(
            Settings.of(Map.of("SLIPWAY_DATABASE_URL", "postgresql://a:b@c/d")), "builder");
    assertThat(config.self().id()).matches("builder-[a-z0-9.-]+-[0-9a-f]{6}");
    assertThat(config.self().role()).isEqualTo("builder");
    assertThat(config.managementHost()).isEqualTo("127.0.0.1");
    assertThat(config.managementPort()).isZero();
    assertThat(config.drain()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.installation()).isEmpty();
  }

  @Test
  void aProcessKeepsTheNameItIsGiven() {
    Settings settings =
        Settings.of(
            Map.of(
                "SLIPWAY_PROCESS", "builder-1",
                "SLIPWAY_DATABASE_URL", "postgresql://a:b@c/d",
                "SLIPWAY_INSTALLATION", "0123456789ab",
                "SLIPWAY_MANAGEMENT_HOST", "0.0.0.0",
                "SLIPWAY_MANAGEMENT_PORT", "9000",
                "SLIPWAY_DRAIN", "5s"));
    ProcessConfig config = ProcessConfig.from(settings, "builder");
    settings.check();
    assertThat(config.self().id()).isEqualTo("builder-1");
    assertThat(config.installation()).contains("0123456789ab");
    assertThat(config.managementHost()).isEqualTo("0.0.0.0");
    assertThat(config.managementPort()).isEqualTo(9000);
    assertThat(config.drain()).isEqualTo(Duration.ofSeconds(5));
  }
}
