package dev.slipway.e2e.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.GitServer;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Repository;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Until;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The cluster that {@code docker compose up} starts, with one application in it. */
@Tag("docker")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ComposeIT {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration SOON = Duration.ofSeconds(60);

  private final GitServer git = GitServer.forContainers();
  private final Composition cluster = Composition.of(Images.built());
  private final Repository repository = git.repository("shop");
  private Api api;
  private String shop;
  private long startedIn;

  @BeforeAll
  void everythingStarts() {
    long began = System.nanoTime();
    cluster.up();
    startedIn = millisSince(began);
    api = cluster.api();
    repository.push(Sample.saying("first"), "the first version");
    shop = api.create(application(repository));
  }

  @AfterAll
  void everythingIsGone() {
    try (git) {
      cluster.close();
    }
  }

  @Test
  @Order(1)
  void theShippedFileServesTheSampleApplication() {
    long began = System.nanoTime();
    api.deployed(shop);
    PromiseReport.tell(
        "T1",
        "docker compose up: ready in %d ms, first deployment in %d ms"
            .formatted(startedIn, millisSince(began)));
    assertThat(text()).isEqualTo("first");
    assertThat(api.get("/installation").expect(200).json().path("status").asText())
        .isEqualTo("ready");
  }

  @Test
  @Order(2)
  void aBuilderKilledInTheMiddleOfABuildIsReplacedByTheOther() {
    repository.push(slow("second"), "a build that takes its time");
    String deployment = api.deploy(shop);
    String victim = builderAtWork();
    long began = System.nanoTime();
    cluster.kill(victim);
    JsonNode ended = api.ended(deployment, Duration.ofMinutes(2));
    PromiseReport.tell(
        "T1",
        "docker compose: %s killed while it built, the other ended the deployment in %d ms"
            .formatted(victim, millisSince(began)));
    assertThat(ended.path("status").asText()).as(api.log(deployment)).isEqualTo("success");
    assertThat(text()).isEqualTo("second");
    cluster.up();
  }

  @Test
  @Order(3)
  void aGatewayKilledWhileADeploymentIsWatchedIsReplacedByTheOther() {
    repository.push(slow("third"), "another one that takes its time");
    String deployment = api.deploy(shop);
    builderAtWork();
    cluster.kill("gateway-1");
    JsonNode ended = api.ended(deployment, Duration.ofMinutes(2));
    assertThat(ended.path("status").asText()).as(api.log(deployment)).isEqualTo("success");
    assertThat(text()).isEqualTo("third");
    cluster.up();
  }

  @Test
  @Order(4)
  void aGatewayIsMadeAnewWhileTheApiIsReadAndNoReaderNotices() {
    try (Readers readers = Readers.of(api, "/applications/" + shop)) {
      cluster.compose("up", "--detach", "--wait", "--no-deps", "--force-recreate", "gateway-1");
      readers.awaitMore(100);
      PromiseReport.tell(
          "T28",
          "docker compose: a gateway made anew under %d reads, %d failed"
              .formatted(readers.answered(), readers.failures().size()));
      assertThat(readers.failures()).isEmpty();
    }
  }

  @Test
  @Order(5)
  void downLeavesTheApplicationsRunningAndUpFindsThemAgain() {
    List<String> before = cluster.installation().containers();
    cluster.compose("down");
    assertThat(before).isNotEmpty();
    assertThat(cluster.installation().containers()).containsAll(before);
    cluster.up();
    api = cluster.api();
    Until.holds("the application answers", SOON, LOOK, () -> text().equals("third"));
    assertThat(cluster.installation().containers()).containsAll(before);
    assertThat(api.application(shop).path("status").asText()).isEqualTo("running");
  }

  private static Map<String, Object> application(Repository repository) {
    Map<String, Object> fields = new HashMap<>(Sample.application("shop", repository));
    fields.put("keepWarmSeconds", 0);
    return fields;
  }

  /**
   * A build that can be met at work: never the same, or the cache of an earlier run would do it.
   */
  private static Sample slow(String text) {
    Sample sample = Sample.saying(text);
    return sample.with(
        "Dockerfile",
        sample.file("Dockerfile")
            + "RUN --network=none echo %s %d && sleep 5\n".formatted(text, System.nanoTime()));
  }

  private String builderAtWork() {
    List<String> builders = List.of("builder-1", "builder-2");
    Until.holds(
        "a builder builds", SOON, LOOK, () -> builders.stream().anyMatch(ComposeIT.this::builds));
    return builders.stream().filter(this::builds).findFirst().orElseThrow();
  }

  private boolean builds(String builder) {
    return cluster.runs(builder, "docker-buildx");
  }

  private String text() {
    return cluster.visit("shop.localhost", "/").body().strip();
  }

  private static long millisSince(long began) {
    return Duration.ofNanos(System.nanoTime() - began).toMillis();
  }
}
