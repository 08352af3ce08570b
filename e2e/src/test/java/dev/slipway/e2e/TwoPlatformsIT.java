package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.EngineSocket;
import dev.slipway.e2e.house.Repository;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** A second platform beside the first one: neither sees the other, and one leaves no trace. */
@ExtendWith(OnePlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TwoPlatformsIT {
  private final World world;
  private final SlipwayHost second = SlipwayHost.fresh("second");
  private App app;
  private String otherId;

  TwoPlatformsIT(World world) {
    this.world = world;
  }

  @BeforeAll
  void theSecondStarts() {
    app = world.serving("twin", "of the first");
    second.up();
    Repository repository = world.git().repository(World.name("twin-of-the-second"));
    repository.push(Sample.saying("of the second"), "first");
    // the same name on purpose
    otherId =
        second
            .api()
            .create(
                Map.of(
                    "name",
                    app.name(),
                    "repository",
                    repository.url(),
                    "build",
                    Map.of("type", "dockerfile"),
                    "port",
                    8080));
    second.api().deployed(otherId);
  }

  @AfterAll
  void theSecondIsGone() {
    second.close();
  }

  @Test
  @Order(1)
  void twoPlatformsSideBySideDoNotSeeEachOther() throws IOException {
    assertThat(second.installationId()).isNotEqualTo(world.host().installationId());
    assertThat(app.text()).isEqualTo("of the first");
    assertThat(textOfTheSecond()).isEqualTo("of the second");
    assertThat(second.api().get("/applications").expect(200).json().path("items")).hasSize(1);
    assertThat(second.api().get("/applications/" + app.id()).status()).isEqualTo(404);
    assertThat(new Api(second.api().base(), world.api().key()).get("/applications").status())
        .isEqualTo(401);
    Promise.saw(
        "twoPlatformsSideBySideDoNotSeeEachOther",
        "%d services of the first, %d of the second, one name",
        services(world.host()).size(),
        services(second).size());
    assertThat(services(second)).hasSize(1).doesNotContainAnyElementsOf(services(world.host()));
  }

  @Test
  @Order(2)
  void aTakenPortIsOneSentenceAndExitCodeTwo() {
    SlipwayHost third = SlipwayHost.fresh("third");
    try (third) {
      Shell.Outcome outcome =
          third.slipway(
              Map.of("SLIPWAY_API_PORT", Integer.toString(second.apiPort())), "up", "--detach");
      Promise.saw("aTakenPortIsOneSentence", "%d: %s", outcome.code(), outcome.text());
      assertThat(outcome.code()).isEqualTo(2);
      assertThat(outcome.output()).contains(Integer.toString(second.apiPort()), "SLIPWAY_API_PORT");
    }
  }

  @Test
  @Order(3)
  void downLeavesApplicationsRunning() throws IOException {
    second.down();
    assertThat(second.platformPid()).isEmpty();
    assertThat(second.ingressPid()).isPresent();
    assertThat(textOfTheSecond()).isEqualTo("of the second");
    second.up();
    assertThat(second.api().application(otherId).path("status").asText()).isEqualTo("running");
    assertThat(textOfTheSecond()).isEqualTo("of the second");
  }

  @Test
  @Order(4)
  void downRemoveLeavesNothing() {
    String label = "dev.slipway.installation=" + second.installationId();
    second.down("--remove", "--yes");
    List<String> left = new ArrayList<>();
    left.addAll(EngineSocket.services(label));
    left.addAll(words(Shell.run("docker", "ps", "-aq", "--filter", "label=" + label)));
    left.addAll(words(Shell.run("docker", "images", "-aq", "--filter", "label=" + label)));
    left.addAll(words(Shell.run("docker", "network", "ls", "-q", "--filter", "label=" + label)));
    left.addAll(words(Shell.run("docker", "volume", "ls", "-q", "--filter", "label=" + label)));
    second.processes().forEach(process -> left.add("process " + process.pid()));
    Promise.saw(
        "downRemoveLeavesNothing",
        "%s left, data directory %s",
        left,
        Files.exists(second.data()) ? "there" : "gone");
    assertThat(left).isEmpty();
    assertThat(second.data()).doesNotExist();
    assertThat(app.text()).isEqualTo("of the first");
  }

  private String textOfTheSecond() throws IOException {
    try (Wire wire = new Wire("127.0.0.1", second.httpPort())) {
      return wire.get(app.hostName(), "/").body().strip();
    }
  }

  private static List<String> services(SlipwayHost host) {
    return EngineSocket.services("dev.slipway.installation=" + host.installationId());
  }

  private static List<String> words(String text) {
    return text.lines().filter(line -> !line.isBlank()).toList();
  }
}
