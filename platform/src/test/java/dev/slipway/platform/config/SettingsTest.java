package dev.slipway.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.platform.pg.DatabaseUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  enum Colour {
    RED,
    DARK_BLUE
  }

  @Test
  void readsEveryKindOfValue(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("key"), "from-a-file\n");
    Settings settings =
        Settings.of(
            Map.of(
                "PORT", " 3001 ",
                "FLAG", "yes",
                "TIME", "90s",
                "SIZE", "512MB",
                "COLOUR", "dark-blue",
                "HOME_DIR", "~/x",
                "KEY_FILE", file.toString(),
                "EMPTY", ""));
    assertThat(settings.port("PORT", 1)).isEqualTo(3001);
    assertThat(settings.flag("FLAG", false)).isTrue();
    assertThat(settings.duration("TIME", Duration.ZERO)).isEqualTo(Duration.ofSeconds(90));
    assertThat(settings.bytes("SIZE", 0)).isEqualTo(512L * 1024 * 1024);
    assertThat(settings.choice("COLOUR", Colour.RED)).isEqualTo(Colour.DARK_BLUE);
    assertThat(settings.path("HOME_DIR", "/"))
        .isEqualTo(Path.of(System.getProperty("user.home"), "x"));
    assertThat(settings.secret("KEY").reveal()).isEqualTo("from-a-file");
    assertThat(settings.text("EMPTY", "default")).isEqualTo("default");
    settings.check();
  }

  @Test
  void tellsAllMistakesTogetherWithNameAndRemedy() {
    Settings settings = Settings.of(Map.of("A_PORT", "http", "A_FLAG", "maybe", "A_TIME", "soon"));
    assertThat(settings.port("A_PORT", 8080)).isEqualTo(8080);
    settings.flag("A_FLAG", true);
    settings.duration("A_TIME", Duration.ZERO);
    assertThatThrownBy(settings::check)
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("A_PORT is 'http': set a whole number from 0 to 65535.")
        .hasMessageContaining("A_FLAG")
        .hasMessageContaining("A_TIME");
  }

  @Test
  void secretsNeverShow() {
    Settings settings =
        Settings.of(
            Map.of(
                "KEY",
                "hunter22",
                "URL",
                "postgresql://me:hunter22@host/db",
                "BAD",
                "postgresql://me:hunt er@/"));
    assertThat(settings.secret("KEY")).hasToString("****");
    assertThat(settings.databaseUrl("URL").orElseThrow().toString()).doesNotContain("hunter22");
    settings.databaseUrl("BAD");
    assertThatThrownBy(settings::check)
        .hasMessageContaining("BAD")
        .hasMessageNotContaining("hunt er");
  }

  @Test
  void aDatabaseUrlComesBackAsItWas() {
    DatabaseUrl url =
        DatabaseUrl.parse("postgresql://me:p%40ss%2Bword@db.example:6543/my%20db?sslmode=require");
    assertThat(url.password()).isEqualTo("p@ss+word");
    assertThat(url.port()).isEqualTo(6543);
    assertThat(url.database()).isEqualTo("my db");
    assertThat(DatabaseUrl.parse(url.reveal())).isEqualTo(url);
  }
}
