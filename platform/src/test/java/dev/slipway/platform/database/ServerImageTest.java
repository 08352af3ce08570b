package dev.slipway.platform.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.platform.config.InvalidSettings;
import dev.slipway.platform.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerImageTest {
  @Test
  void whatIsCloserToTheDatabaseCountsMore() {
    ServerImage plain = ServerImage.plain();
    assertThat(plain.of(DatabaseEngine.POSTGRESQL, "17", null, image -> false))
        .isEqualTo("postgres:17");
    assertThat(plain.of(DatabaseEngine.VALKEY, "8.1", null, image -> false))
        .isEqualTo("valkey/valkey:8.1");
    assertThat(plain.of(DatabaseEngine.MONGODB, "8.0", null, "slipway-base/mongo:8.0"::equals))
        .isEqualTo("slipway-base/mongo:8.0");
    ServerImage set =
        ServerImage.from(
            Settings.of(Map.of("SLIPWAY_DATABASE_POSTGRESQL_IMAGE", "registry.test/pg:%s-x")));
    assertThat(set.of(DatabaseEngine.POSTGRESQL, "16", null, image -> true))
        .isEqualTo("registry.test/pg:16-x");
    assertThat(set.of(DatabaseEngine.POSTGRESQL, "16", "mine/pg:1", image -> true))
        .isEqualTo("mine/pg:1");
  }

  @Test
  void aSettingThatGivesEveryVersionTheSameImageIsAMistake() {
    Settings settings = Settings.of(Map.of("SLIPWAY_DATABASE_REDIS_IMAGE", "redis:8"));
    ServerImage.from(settings);
    assertThatThrownBy(settings::check)
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("SLIPWAY_DATABASE_REDIS_IMAGE");
  }
}
