package dev.slipway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.docker.Registry;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.platform.config.InvalidSettings;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.database.ServerImage;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.runtime.backup.BackupWait;
import dev.slipway.runtime.keep.KeepConfig;
import dev.slipway.runtime.service.TaskAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuntimeConfigTest {
  @Test
  void defaults() {
    assertThat(RuntimeConfig.from(Settings.of(Map.of()), "me", "0123456789ab"))
        .isEqualTo(
            new RuntimeConfig(
                "me",
                "0123456789ab",
                "127.0.0.1.sslip.io",
                TaskAddress.BRIDGE,
                null,
                10,
                KeepConfig.DEFAULTS));
  }

  @Test
  void everySettingIsRead() {
    Settings settings =
        Settings.of(
            Map.of(
                "SLIPWAY_DOMAIN", "apps.example.org",
                "SLIPWAY_TASK_ADDRESS", "overlay",
                "SLIPWAY_REGISTRY", "registry.example.org:5000/team/",
                "SLIPWAY_REGISTRY_USERNAME", "slipway",
                "SLIPWAY_REGISTRY_PASSWORD", "s3cret",
                "SLIPWAY_DEPLOY_CONCURRENCY", "3",
                "SLIPWAY_DEPLOY_BACKUP_LIMIT", "5m",
                "SLIPWAY_UPGRADE_BACKUP_LIMIT", "90m"));
    assertThat(RuntimeConfig.from(settings, "me", "0123456789ab"))
        .isEqualTo(
            new RuntimeConfig(
                "me",
                "0123456789ab",
                "apps.example.org",
                TaskAddress.OVERLAY,
                new Registry(
                    "registry.example.org:5000/team",
                    new RegistryAuth("registry.example.org:5000", "slipway", "s3cret")),
                3,
                KeepConfig.DEFAULTS,
                ServerImage.plain(),
                new AddressGuard(false),
                Duration.ofMinutes(5),
                BackupWait.TOLD,
                Duration.ofMinutes(90)));
  }

  @Test
  void withARegistryTasksAreReachedAtTheirNodesPorts() {
    Settings settings = Settings.of(Map.of("SLIPWAY_REGISTRY", "registry.example.org:5000"));
    RuntimeConfig config = RuntimeConfig.from(settings, "me", "0123456789ab");
    assertThat(config.taskAddress()).isEqualTo(TaskAddress.PUBLISHED);
    assertThat(config.registry()).isEqualTo(new Registry("registry.example.org:5000", null));
  }

  @Test
  void theRegistrysPasswordIsNeverPrinted() {
    var auth = new RegistryAuth("registry.example.org:5000", "slipway", "s3cret");
    assertThat(new Registry("registry.example.org:5000", auth).toString()).doesNotContain("s3cret");
  }

  @Test
  void aWrongSettingIsNamed() {
    Settings settings = Settings.of(Map.of("SLIPWAY_TASK_ADDRESS", "moon"));
    RuntimeConfig.from(settings, "me", "0123456789ab");
    assertThatThrownBy(settings::check)
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("SLIPWAY_TASK_ADDRESS");
  }
}
