package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.EngineSocket;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.Traffic;
import dev.slipway.e2e.house.Until;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OnePlatform.class)
final class DeployIT {
  private final World world;

  DeployIT(World world) {
    this.world = world;
  }

  @Test
  void pushACommitAndDeployServesTheNewTextWithNoFailedRequest() {
    App app = world.serving("push", "text 0");
    assertThat(app.text()).isEqualTo("text 0");
    Traffic traffic = world.traffic(app);
    int switches = 5;
    for (int i = 1; i <= switches; i++) {
      app.pushAndDeploy(Sample.saying("text " + i));
      assertThat(app.text()).as("what is served at success").isEqualTo("text " + i);
    }
    Traffic.Tally seen = traffic.stop();
    Promise.saw(
        "pushACommitAndDeployServesTheNewText",
        "%d switches, %d requests, %d failed, %d turned back, slowest %d ms %s",
        switches,
        seen.requests(),
        seen.failed(),
        seen.turnedBack(),
        seen.longestMillis(),
        seen.texts());
    assertThat(seen.failures()).isEmpty();
    assertThat(seen.turnedBack()).isZero();
    assertThat(seen.texts()).hasSize(switches + 1);
  }

  @Test
  void rollbackToTheWarmReleaseBringsTheOldTextBackAtOnceWithoutABuild() {
    App app = world.serving("warm", "old");
    JsonNode old = newestDeployment(app);
    app.pushAndDeploy(Sample.saying("new"));
    Traffic traffic = world.traffic(app);
    long began = System.nanoTime();
    String id =
        world
            .api()
            .post("/deployments/" + old.path("id").asText() + "/rollback", Map.of())
            .expect(202)
            .json()
            .path("id")
            .asText();
    Until.holds(
        "the old text",
        Duration.ofSeconds(10),
        Duration.ofMillis(2),
        () -> app.text().equals("old"));
    long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
    JsonNode rollback = world.api().succeeded(id);
    Traffic.Tally seen = traffic.stop();
    Promise.saw(
        "rollbackWarm", "%d ms, %d requests, %d failed", millis, seen.requests(), seen.failed());
    assertRolledBack(rollback, old);
    assertThat(seen.failures()).isEmpty();
  }

  @Test
  void rollbackToAColdReleaseWorksToo() {
    App app = world.serving("cold", "old");
    world.api().patch("/applications/" + app.id(), Map.of("keepWarmSeconds", 0)).expect(200);
    JsonNode old = newestDeployment(app);
    app.pushAndDeploy(Sample.saying("new"));
    Until.holds(
        "only the new release runs",
        Duration.ofSeconds(60),
        Duration.ofMillis(100),
        () -> app.services().stream().mapToInt(s -> EngineSocket.containers(s).size()).sum() == 1);
    long began = System.nanoTime();
    assertRolledBack(app.rollbackTo(old), old);
    assertThat(app.text()).isEqualTo("old");
    Promise.saw("rollbackCold", "%d ms", Duration.ofNanos(System.nanoTime() - began).toMillis());
  }

  @Test
  void rollbackIsRefusedBeforeAnythingIsTouchedWhenItsImageIsGone() {
    App app = world.serving("gone", "old");
    world.api().patch("/applications/" + app.id(), Map.of("keepWarmSeconds", 0)).expect(200);
    JsonNode old = newestDeployment(app);
    app.pushAndDeploy(Sample.saying("new"));
    Until.holds(
        () -> "the first release is cold: " + releases(app),
        Duration.ofSeconds(20),
        Duration.ofMillis(100),
        () -> releases(app).path(1).path("state").asText().equals("cold"));
    String image = old.path("imageDigest").asText();
    Until.holds(
        "the cold release's image can be removed",
        Duration.ofSeconds(20),
        Duration.ofMillis(300),
        () ->
            Shell.tryRun(
                    null, Map.of(), Duration.ofSeconds(30), List.of("docker", "rmi", "-f", image))
                .ok());
    JsonNode serving = app.now().path("currentReleaseId");
    Answer answer =
        world.api().post("/deployments/" + old.path("id").asText() + "/rollback", Map.of());
    String end = answer.json().path("code").asText();
    if (answer.status() == 202) {
      JsonNode ended = world.api().ended(answer.json().path("id").asText(), Duration.ofSeconds(60));
      assertThat(ended.path("status").asText()).isEqualTo("failed");
      end = ended.path("failure").path("code").asText();
    } else {
      assertThat(answer.status()).as(answer.body()).isEqualTo(409);
    }
    Promise.saw("rollbackIsRefused", "%d, %s", answer.status(), end);
    assertThat(end).matches("image_gone|image_missing|release_gone");
    assertThat(app.now().path("currentReleaseId")).isEqualTo(serving);
    assertThat(app.text()).isEqualTo("new");
  }

  @Test
  void rollbackBringsEnvironmentAndImageBackAsOne() {
    Sample telling =
        Sample.saying("x")
            .with("start.sh", "echo \"$GREETING v1\" > /www/index.html\n" + startScript());
    App app = world.app("whole", telling, Map.of("environment", Map.of("GREETING", "hello")));
    JsonNode old = app.deployed();
    assertThat(app.text()).isEqualTo("hello v1");
    world
        .api()
        .patch(
            "/applications/" + app.id() + "/environment?deploy=false",
            Map.of("set", List.of(Map.of("key", "GREETING", "value", "goodbye"))))
        .expect(200);
    app.pushAndDeploy(
        telling.with("start.sh", "echo \"$GREETING v2\" > /www/index.html\n" + startScript()));
    assertThat(app.text()).isEqualTo("goodbye v2");
    app.rollbackTo(old);
    Promise.saw("rollbackBringsEnvironmentAndImageBackAsOne", "'%s'", app.text());
    assertThat(app.text()).isEqualTo("hello v1");
  }

  @Test
  void deployingTheSameCommitAgainReusesTheImageAndSaysSo() {
    App app = world.serving("again", "once");
    JsonNode first = newestDeployment(app);
    JsonNode second = app.deployed();
    Promise.saw(
        "deployingTheSameCommitAgain",
        "%.2f s first, %.2f s again",
        first.path("durationSeconds").asDouble(),
        second.path("durationSeconds").asDouble());
    assertThat(second.path("imageDigest")).isEqualTo(first.path("imageDigest"));
    assertThat(world.api().log(second.path("id").asText())).contains("is reused");
  }

  @Test
  void aCommitCanBePinned() {
    App app = world.app("pin", Sample.saying("first"), Map.of());
    String first = app.repository().push(Sample.saying("first!"), "pinned");
    app.repository().push(Sample.saying("second"), "newer");
    JsonNode deployment =
        world.api().succeeded(world.api().deploy(app.id(), Map.of("commit", first)));
    assertThat(deployment.path("commitSha").asText()).isEqualTo(first);
    assertThat(app.text()).isEqualTo("first!");
  }

  private static void assertRolledBack(JsonNode rollback, JsonNode old) {
    assertThat(rollback.path("trigger").asText()).isEqualTo("rollback");
    assertThat(rollback.path("rollbackOf")).isEqualTo(old.path("releaseId"));
    assertThat(rollback.path("imageDigest")).isEqualTo(old.path("imageDigest"));
    assertThat(stepNames(rollback)).doesNotContain("checkout", "plan", "build", "push");
  }

  static List<String> stepNames(JsonNode deployment) {
    return StreamSupport.stream(deployment.path("steps").spliterator(), false)
        .map(step -> step.path("name").asText())
        .toList();
  }

  private JsonNode newestDeployment(App app) {
    return world
        .api()
        .get("/deployments?limit=1&applicationId=" + app.id())
        .expect(200)
        .json()
        .path("items")
        .path(0);
  }

  private JsonNode releases(App app) {
    return world
        .api()
        .get("/applications/" + app.id() + "/releases")
        .expect(200)
        .json()
        .path("items");
  }

  private static String startScript() {
    return Sample.example("hello-dockerfile").file("start.sh");
  }
}
