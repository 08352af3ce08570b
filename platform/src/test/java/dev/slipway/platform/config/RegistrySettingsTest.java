package dev.slipway.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrySettingsTest {
  @Test
  void withoutAnAddressThereIsNoRegistry() {
    Settings settings = Settings.of(Map.of("SLIPWAY_REGISTRY_USERNAME", "robot"));
    assertThat(RegistrySettings.from(settings)).isEmpty();
    settings.check();
  }

  @Test
  void aSlashAtTheEndMeansNothing() {
    Settings settings = Settings.of(Map.of("SLIPWAY_REGISTRY", "registry.example:5000/team/"));
    assertThat(RegistrySettings.from(settings))
        .hasValueSatisfying(r -> {
          assertThat(r.address()).isEqualTo("registry.example:5000/team");
          assertThat(r.username()).isNull();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://registry.example", "registry.example//team", "a b"})
  void whatIsNoAddressIsToldOnceHoweverManyServicesReadIt(String written) {
    Settings settings = Settings.of(Map.of("SLIPWAY_REGISTRY", written));
    RegistrySettings.from(settings);
    RegistrySettings.from(settings);
    assertThatThrownBy(settings::check)
        .isInstanceOfSatisfying(
            InvalidSettings.class, wrong -> assertThat(wrong.mistakes()).hasSize(1));
  }

  @Test
  void aUserWithoutAPasswordIsAMistake() {
    Settings settings =
        Settings.of(
            Map.of("SLIPWAY_REGISTRY", "registry.example", "SLIPWAY_REGISTRY_USERNAME", "robot"));
    RegistrySettings.from(settings);
    assertThatThrownBy(settings::check).hasMessageContaining("SLIPWAY_REGISTRY_PASSWORD");
  }
}
