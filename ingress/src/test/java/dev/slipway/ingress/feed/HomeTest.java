package dev.slipway.ingress.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.platform.pg.DatabaseUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** T7: the small files of the data directory, cut at every byte and with garbage behind them. */
class HomeTest {
  private static final String URL = "postgresql://slipway:secret@127.0.0.1:54321/slipway";

  @TempDir Path data;
  private Home home;

  @BeforeEach
  void aDataDirectory() {
    home = new Home(data, Optional.empty());
  }

  @Test
  void aDatabaseFileCutAnywhereNeverStopsTheIngress() throws IOException {
    Path file = data.resolve("database.url");
    for (int length = 0; length <= URL.length(); length++) {
      Files.writeString(file, URL.substring(0, length));
      // what can still be read as an address is tried in vain; the routes in force stay
      assertThat(home.database().map(DatabaseUrl::reveal).orElse(""))
          .as("cut at %d", length)
          .satisfiesAnyOf(
              nothing -> assertThat(nothing).isEmpty(),
              address -> assertThat(address).startsWith("postgresql://"));
    }
    assertThat(home.database()).isPresent();
    Files.write(file, new byte[] {0, (byte) 0xff, 'x', '\n', 0});
    assertThat(home.database()).isEmpty();
  }

  @Test
  void anInstallationIdCutAnywhereIsNoOtherInstallation() throws IOException {
    Path file = data.resolve("installation-id");
    for (int length = 0; length < 12; length++) {
      Files.writeString(file, "3f9c01d2ab77".substring(0, length));
      assertThat(home.installation()).as("cut at %d", length).isEmpty();
    }
    Files.writeString(file, "3f9c01d2ab77\ngarbage");
    assertThat(home.installation()).isEmpty();
    Files.writeString(file, "3f9c01d2ab77\n");
    assertThat(home.installation()).contains("3f9c01d2ab77");
  }
}
