package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.Shell;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A machine that was wiped has its platform again by one command. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RestoreIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String SECRET = "secret-" + random(12);

  /** Outside the data directory: what is in it is wiped. */
  @TempDir static Path elsewhere;

  private final World world = World.start();
  private App app;
  private Path file;
  private Path key;
  private String installation;
  private JsonNode served;
  private JsonNode schedule;

  private static String random(int bytes) {
    byte[] drawn = new byte[bytes];
    new SecureRandom().nextBytes(drawn);
    return HexFormat.of().formatHex(drawn);
  }

  @BeforeAll
  void aPlatformIsBackedUpAndItsMachineWiped() throws IOException {
    app = world.serving("restored", "before the wipe");
    String environment = "/applications/" + app.id() + "/environment";
    Map<String, Object> variable = Map.of("key", "API_KEY", "value", SECRET, "secret", true);
    Api api = world.api();
    api.patch(environment + "?deploy=false", Map.of("set", List.of(variable))).expect(200);
    Map<String, Object> wish =
        Map.of(
            "name", "nightly", "platform", true, "cron", "30 2 * * *", "timeZone", "Europe/Berlin");
    schedule = api.post("/backup-schedules", wish).expect(201).json();
    served = app.deployed();
    installation = world.host().installationId();

    file = elsewhere.resolve("platform.backup");
    Shell.Outcome taken = world.host().slipway(Map.of(), "backup", "--output", file.toString());
    assertThat(taken.ok()).as(taken.output()).isTrue();
    assertThat(taken.output()).contains("is verified").contains("master.key");
    key = Files.copy(world.host().data().resolve("master.key"), elsewhere.resolve("master.key"));
    wipe();
  }

  private void wipe() {
    world.host().down("--remove", "--yes");
    Shell.run("rm", "-rf", "--one-file-system", world.host().data().toString());
    assertThat(
            Shell.run(
                "docker", "images", "-q", "--filter", "label=dev.slipway.application=" + app.id()))
        .isEmpty();
  }

  @AfterAll
  void nothingStays() {
    world.close();
  }

  private Shell.Outcome restore(Path from, Path with) {
    return world
        .host()
        .slipway(Map.of(), "restore", from.toString(), "--master-key-file", with.toString());
  }

  private void isRefused(Shell.Outcome outcome, String... words) {
    assertThat(outcome.code()).as(outcome.output()).isEqualTo(2);
    assertThat(outcome.output()).contains(words);
    assertThat(world.host().data().resolve("postgres")).doesNotExist();
    assertThat(world.host().data().resolve("master.key")).doesNotExist();
    assertThat(world.host().data().resolve("installation-id")).doesNotExist();
  }

  @Test
  @Order(1)
  void anotherMasterKeyIsRefusedAndNothingChanged() throws IOException {
    Path other = elsewhere.resolve("other.key");
    Files.createFile(
        other, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(other, random(32));
    isRefused(restore(file, other), "--master-key-file");
  }

  @Test
  @Order(2)
  void aFileThatWasCutOffIsRefusedAndNothingChanged() throws IOException {
    Path cut = Files.copy(file, elsewhere.resolve("cut"));
    try (var end = new RandomAccessFile(cut.toFile(), "rw")) {
      end.setLength(end.length() / 2);
    }
    isRefused(restore(cut, key), "not complete");
  }

  @Test
  @Order(3)
  void aForeignFileIsRefusedAndNothingChanged() throws IOException {
    Path foreign = elsewhere.resolve("foreign");
    Files.writeString(foreign, "anything else");
    isRefused(restore(foreign, key), "no backup made by Slipway");
  }

  @Test
  @Order(4)
  void aDataDirectoryThatHoldsSomethingIsRefusedAndNotTouched() throws IOException {
    Path mine = Files.createDirectories(world.host().data()).resolve("mine");
    Files.writeString(mine, "not yours");
    isRefused(restore(file, key), "is not empty");
    assertThat(mine).hasContent("not yours");
    Files.delete(mine);
  }

  @Test
  @Order(5)
  void aWipedMachineIsRestoredByOneCommandAndItsApplicationServesAgain() {
    Shell.Outcome restored = restore(file, key);
    assertThat(restored.ok()).as(restored.output()).isTrue();
    assertThat(restored.output()).contains(app.name()).doesNotContain(SECRET);
    assertThat(world.host().installationId()).isEqualTo(installation);
    world.host().up();

    await().atMost(LIMIT).until(() -> app.visit("/").status() == 200);
    assertThat(app.text()).isEqualTo("before the wipe");
    JsonNode variables =
        world
            .api()
            .get("/applications/" + app.id() + "/environment?reveal=true")
            .expect(200)
            .json();
    assertThat(variables.toString()).contains(SECRET);
    JsonNode history = world.api().get("/deployments?applicationId=" + app.id()).expect(200).json();
    assertThat(history.path("items").findValuesAsText("id")).contains(served.path("id").asText());
    JsonNode newest = history.path("items").get(0);
    assertThat(newest.path("title").asText()).isEqualTo("restored");
    assertThat(newest.path("commitSha").asText()).isEqualTo(served.path("commitSha").asText());
    assertThat(
            world
                .api()
                .get("/backup-schedules/" + schedule.path("id").asText())
                .expect(200)
                .json()
                .path("cron")
                .asText())
        .isEqualTo("30 2 * * *");
    Promise.saw(
        "aWipedMachineIsRestoredByOneCommandAndItsApplicationServesAgain",
        "%d deployments in its history, the newest of the commit that served",
        history.path("items").size());
  }
}
