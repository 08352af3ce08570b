package dev.slipway.ingress.routes;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.route.Route;
import dev.slipway.contracts.route.RouteState;
import dev.slipway.contracts.route.RouteTable;
import dev.slipway.contracts.route.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class RouteFilesTest {
  @TempDir Path folder;
  private Path current;
  private final RouteTable one = table(1, "10.0.0.1");
  private final RouteTable two = table(2, "10.0.0.2");

  @BeforeAll
  static void hundredsOfDamagedFilesNeedNoHundredsOfWarnings() {
    ((Logger) LoggerFactory.getLogger(RouteFiles.class)).setLevel(Level.OFF);
  }

  private static RouteTable table(long version, String address) {
    Route route =
        new Route(
            "shop.example.org",
            new ApplicationId("app_1"),
            new ReleaseId("rel_" + version),
            RouteState.SERVING,
            List.of(new Target(address, 8080), new Target("10.0.0.9", 80)));
    return new RouteTable("abcdef012345", version, List.of(route));
  }

  @BeforeEach
  void twoVersions() throws IOException {
    current = folder.resolve("current.json");
    RouteFiles files = new RouteFiles(folder);
    files.save(one);
    files.save(two);
  }

  private RouteFiles files() {
    return new RouteFiles(folder);
  }

  @Test
  void whatWasSavedLastIsLoaded() {
    assertThat(files().load()).contains(two);
  }

  @Test
  void aFileCutAtAnyByteGivesTheOneBefore() throws IOException {
    byte[] whole = Files.readAllBytes(current);
    int tableEnds = new String(whole, StandardCharsets.UTF_8).indexOf("crc32c:");
    for (int length = 0; length < whole.length; length++) {
      Files.write(current, Arrays.copyOf(whole, length));
      // The table is whole when just its checksum or the very last line end was cut away.
      boolean harmless =
          length == tableEnds || length == tableEnds - 1 || length == whole.length - 1;
      assertThat(files().load()).as("cut at %d", length).contains(harmless ? two : one);
    }
  }

  @Test
  void anyFlippedBitIsNoticed() throws IOException {
    byte[] whole = Files.readAllBytes(current);
    for (int i = 0; i < whole.length - 1; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 4;
      Files.write(current, flipped);
      assertThat(files().load()).as("flipped at %d", i).contains(one);
    }
    System.out.printf(
        "PROMISE T7: the routes on disk cut at each of %d bytes and flipped in each: the last good"
            + " table every time%n",
        whole.length);
  }

  @Test
  void garbageBehindTheTableIsNoticed() throws IOException {
    for (String garbage : List.of("x", "\n{}", "\u0000\u0000\u0000", "crc32c:12345678")) {
      Files.writeString(current, Files.readString(current) + garbage);
      assertThat(files().load()).contains(one);
      twoVersions();
    }
  }

  @Test
  void aDamagedCopyNeverReplacesTheGoodOneBefore() throws IOException {
    Files.writeString(current, "damaged");
    RouteFiles files = files();
    files.load();
    RouteTable three = table(3, "10.0.0.3");
    files.save(three);
    assertThat(files().load()).contains(three);
    Files.writeString(current, "damaged again");
    assertThat(files().load()).contains(one);
  }

  @Test
  void withoutAnyFileThereIsNoTable() throws IOException {
    assertThat(new RouteFiles(folder.resolve("none")).load()).isEmpty();
    Files.delete(current);
    assertThat(files().load()).as("stopped between the two renames").contains(one);
  }

  @Test
  void aFileWrittenByHandNeedsNoChecksum() throws IOException {
    Files.writeString(
        current,
        """
        {"installationId": "x", "version": 7, "routes": [
          {"host": "a.test", "applicationId": "a", "releaseId": "r", "state": "serving",
           "targets": [{"host": "127.0.0.1", "port": 9000}]}
        ]}
        """);
    assertThat(files().load())
        .hasValueSatisfying(table -> assertThat(table.version()).isEqualTo(7));
  }
}
