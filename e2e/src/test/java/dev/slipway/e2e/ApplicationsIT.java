package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.EngineSocket;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Traffic;
import dev.slipway.e2e.house.Until;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OnePlatform.class)
final class ApplicationsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final World world;

  ApplicationsIT(World world) {
    this.world = world;
  }

  @Test
  void environmentChangeRestartsWithoutAFailedRequest() {
    App app =
        world.app(
            "environment",
            Sample.saying("x")
                .with(
                    "start.sh",
                    "echo \"${GREETING:-none}\" > /www/index.html\n"
                        + Sample.example("hello-dockerfile").file("start.sh")),
            Map.of("environment", Map.of("GREETING", "good morning")));
    app.deployed();
    assertThat(app.text()).isEqualTo("good morning");
    Traffic traffic = world.traffic(app);
    JsonNode changed =
        world
            .api()
            .patch(
                "/applications/" + app.id() + "/environment",
                Map.of("set", List.of(Map.of("key", "GREETING", "value", "good evening"))))
            .expect(200)
            .json();
    JsonNode deployment = world.api().succeeded(changed.path("deploymentId").asText());
    Traffic.Tally seen = traffic.stop();
    Promise.saw(
        "environmentChangeRestarts",
        "'%s' by trigger %s, %d requests, %d failed",
        app.text(),
        deployment.path("trigger").asText(),
        seen.requests(),
        seen.failed());
    assertThat(deployment.path("trigger").asText()).isEqualTo("environment");
    assertThat(app.text()).isEqualTo("good evening");
    assertThat(seen.failures()).isEmpty();
  }

  @Test
  void secretsAreMaskedUntilRevealed() {
    App app = world.app("secret", Sample.saying("x"), Map.of());
    String path = "/applications/" + app.id() + "/environment";
    world
        .api()
        .put(
            path,
            Map.of("items", List.of(Map.of("key", "TOKEN", "value", "hush-7", "secret", true))))
        .expect(200);
    assertThat(world.api().get(path).expect(200).body()).doesNotContain("hush-7");
    assertThat(world.api().get(path + "?reveal=true").expect(200).body()).contains("hush-7");
  }

  @Test
  void scaleStopAndStart() {
    App app = world.serving("scale", "scaled");
    Traffic traffic = world.traffic(app);
    act(app, "scale", Map.of("replicas", 3));
    Until.holds("three replicas", LIMIT, LOOK, () -> containers(app) == 3);
    act(app, "scale", Map.of("replicas", 1));
    Until.holds("one replica", LIMIT, LOOK, () -> containers(app) == 1);
    Traffic.Tally seen = traffic.stop();
    act(app, "stop", Map.of());
    Until.holds(
        "stopped", LIMIT, LOOK, () -> app.visit("/").status() == 503 && containers(app) == 0);
    assertThat(app.now().path("status").asText()).isEqualTo("stopped");
    long began = System.nanoTime();
    act(app, "start", Map.of());
    Until.holds("it answers again", LIMIT, LOOK, () -> app.visit("/").status() == 200);
    Promise.saw(
        "scaleStopAndStart",
        "%d requests over 1, 3, 1 replicas: %d failed %s; started again in %d ms",
        seen.requests(),
        seen.failed(),
        seen.failures(),
        Duration.ofNanos(System.nanoTime() - began).toMillis());
    assertThat(seen.failures()).isEmpty();
    assertThat(app.text()).isEqualTo("scaled");
  }

  @Test
  void restartBringsTheReleaseUpAnewWithoutAFailedRequest() {
    App app = world.serving("restart", "same");
    List<String> before =
        app.services().stream().flatMap(s -> EngineSocket.containers(s).stream()).toList();
    Traffic traffic = world.traffic(app);
    String id =
        world
            .api()
            .post("/applications/" + app.id() + "/restart", Map.of())
            .expect(202)
            .json()
            .path("id")
            .asText();
    world.api().succeeded(id);
    Traffic.Tally seen = traffic.stop();
    Promise.saw("restart", "%d requests, %d failed", seen.requests(), seen.failed());
    assertThat(seen.failures()).isEmpty();
    String serving = app.now().path("currentReleaseId").asText();
    assertThat(EngineSocket.services("dev.slipway.release=" + serving).stream())
        .flatMap(EngineSocket::containers)
        .isNotEmpty()
        .doesNotContainAnyElementsOf(before);
  }

  @Test
  void cancellingABuildLeavesNoProcess() {
    // a number nobody else sleeps for, so that its process can be told from all others
    String nap = "sleep 86." + (100_000 + world.host().apiPort());
    App app = world.app("cancel", Sample.dockerfile("RUN " + nap, "CMD [\"true\"]"), Map.of());
    String id = world.api().deploy(app.id());
    Until.holds("the build sleeps", LIMIT, LOOK, () -> running(nap));
    long began = System.nanoTime();
    world.api().post("/deployments/" + id + "/cancel", Map.of()).expect(202);
    JsonNode deployment = world.api().ended(id, LIMIT);
    Until.holds("no process is left", Duration.ofSeconds(10), LOOK, () -> !running(nap));
    Promise.saw(
        "cancellingABuildLeavesNoProcess",
        "%s and no process after %d ms",
        deployment.path("status").asText(),
        Duration.ofNanos(System.nanoTime() - began).toMillis());
    assertThat(deployment.path("status").asText()).isEqualTo("cancelled");
    app.pushAndDeploy(Sample.saying("after the cancel"));
    assertThat(app.text()).isEqualTo("after the cancel");
  }

  private static boolean running(String command) {
    return ProcessHandle.allProcesses()
        .anyMatch(p -> String.join(" ", SlipwayHost.commandLine(p.pid())).strip().equals(command));
  }

  @Test
  void anApplicationWithAVolumeKeepsItsDataAndItsVisitorsOnlyWait() {
    String keep = "echo run >> /data/runs; wc -l < /data/runs > /www/index.html\n";
    String start = Sample.example("hello-dockerfile").file("start.sh");
    Sample counting = Sample.saying("x").with("start.sh", keep + start);
    App app =
        world.app(
            "volume",
            counting,
            Map.of("volumes", List.of(Map.of("name", "data", "path", "/data"))));
    app.deployed();
    assertThat(app.text()).isEqualTo("1");
    Traffic traffic = world.traffic(app);
    app.pushAndDeploy(counting.with("www/note", "2"));
    assertThat(app.text()).isEqualTo("2");
    // a release that cannot start: the old one comes back with its data
    app.repository().push(Sample.dockerfile("CMD [\"sh\", \"-c\", \"exit 9\"]"), "broken");
    JsonNode failed = world.api().ended(world.api().deploy(app.id()), Duration.ofSeconds(60));
    Traffic.Tally seen = traffic.stop();
    Promise.saw(
        "anApplicationWithAVolume",
        "%d requests, %d failed %s, slowest %d ms, texts %s",
        seen.requests(),
        seen.failed(),
        seen.failures(),
        seen.longestMillis(),
        seen.texts());
    assertThat(failed.path("status").asText()).isEqualTo("failed");
    assertThat(app.text()).isEqualTo("3");
    assertThat(seen.failures()).isEmpty();
  }

  @Test
  void anApplicationWithAPortOfItsOwnAnswersThereToo() throws Exception {
    App app = world.app("published", Sample.saying("at my own port"), Map.of("publish", true));
    app.deployed();
    String url = app.now().path("url").asText();
    HttpRequest question = HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build();
    try (HttpClient visitor = HttpClient.newHttpClient()) {
      assertThat(visitor.send(question, HttpResponse.BodyHandlers.ofString()).body().strip())
          .isEqualTo("at my own port");
    }
    Promise.saw("publishedPort", "%s, and through the ingress '%s'", url, app.text());
    assertThat(app.text()).isEqualTo("at my own port");
  }

  @Test
  void tenNewerDeploymentsSupersedeWhatStillWaits() {
    App app = world.serving("supersede", "before");
    app.repository().push(Sample.saying("after"), "after");
    List<String> ids =
        java.util.stream.IntStream.range(0, 10)
            .mapToObj(i -> world.api().deploy(app.id()))
            .toList();
    List<JsonNode> ended = ids.stream().map(id -> world.api().ended(id, LIMIT)).toList();
    List<String> statuses = ended.stream().map(d -> d.path("status").asText()).toList();
    Promise.saw("newerDeploymentsSupersede", "%s", statuses);
    assertThat(statuses.getLast()).isEqualTo("success");
    assertThat(statuses).containsOnly("success", "cancelled").contains("cancelled");
    assertThat(app.text()).isEqualTo("after");
  }

  @Test
  void aRemovedApplicationLeavesNothing() {
    App app = world.serving("removed", "soon gone");
    world
        .api()
        .send("DELETE", "/applications/" + app.id(), null, Map.of("if-match", "*"))
        .expect(204);
    Until.holds("its services are gone", LIMIT, LOOK, () -> app.services().isEmpty());
    Until.holds("its host is unknown", LIMIT, LOOK, () -> app.visit("/").status() == 404);
  }

  private void act(App app, String verb, Map<String, ?> body) {
    world.api().post("/applications/" + app.id() + "/" + verb, body).expect(202);
  }

  private static int containers(App app) {
    return app.services().stream().mapToInt(s -> EngineSocket.containers(s).size()).sum();
  }
}
