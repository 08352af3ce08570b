package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Traffic;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One application serves all the while; whatever goes wrong with its next release is told. */
@ExtendWith(OnePlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadInputIT {
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final World world;
  private App app;
  private Traffic traffic;
  private Map<String, Object> good;

  BadInputIT(World world) {
    this.world = world;
  }

  /**
   * A way to go wrong.
   *
   * @param change what is told to the application before it is deployed
   * @param pushed what its repository holds then; no files: left as it is
   * @param step the step that must fail
   * @param code the code it must fail with, a regular expression
   */
  record Mistake(
      String name,
      Map<String, Object> change,
      Sample pushed,
      Map<String, Object> wish,
      String step,
      String code) {
    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  void anApplicationServes() {
    app = world.serving("steady", "steady");
    good =
        Map.of(
            "repository",
            app.repository().url(),
            "branch",
            "main",
            "build",
            Map.of("type", "dockerfile"),
            "port",
            8080,
            "healthCheck",
            Map.of("path", "/health", "graceSeconds", 60));
    traffic = world.traffic(app);
  }

  @AfterAll
  void nobodyNoticed() {
    Traffic.Tally seen = traffic.stop();
    Promise.saw(
        "everyBadInput… and the serving release untouched",
        "%d requests, %d failed, texts %s",
        seen.requests(),
        seen.failed(),
        seen.texts().keySet());
    assertThat(seen.failures()).isEmpty();
    assertThat(seen.texts()).containsOnlyKeys("steady");
  }

  Stream<Mistake> mistakes() {
    Map<String, Object> quickHealth = Map.of("path", "/health", "graceSeconds", 10);
    Map<String, Object> quickPort = new HashMap<>();
    quickPort.put("path", null);
    quickPort.put("graceSeconds", 8);
    return Stream.of(
        asked(
            "unreachableRepository",
            Map.of("repository", "http://127.0.0.1:1/gone.git"),
            "checkout",
            "repository_unreachable"),
        asked(
            "repositoryThatIsNotThere",
            Map.of("repository", world.git().url("nobody-made-it")),
            "checkout",
            "repository_not_found|repository_unreachable|repository_private"),
        asked(
            "privateRepository", Map.of("repository", secret()), "checkout", "repository_private"),
        asked("unknownBranch", Map.of("branch", "no-such-branch"), "checkout", "branch_not_found"),
        new Mistake(
            "unknownCommit",
            Map.of(),
            nothing(),
            Map.of("commit", "0123456789abcdef0123456789abcdef01234567"),
            "checkout",
            "commit_not_found"),
        asked("emptyRepository", Map.of("repository", empty()), "checkout", "repository_empty"),
        pushed(
            "nothingToDetect",
            Map.of("build", Map.of("type", "auto")),
            new Sample(Map.of("notes.txt", "no program here\n")),
            "plan",
            "nothing_detected"),
        pushed(
            "dockerfileMissing",
            Map.of(),
            Sample.saying("x").without("Dockerfile"),
            "plan",
            "dockerfile_missing"),
        pushed(
            "dockerfileFailingStep",
            Map.of(),
            Sample.dockerfile("RUN echo about to fail && exit 7"),
            "build",
            "build_failed|build_step_failed"),
        pushed(
            "missingBaseImage",
            Map.of(),
            new Sample(Map.of("Dockerfile", "FROM slipway-no-such-base:latest\nCMD [\"true\"]\n")),
            "build|plan",
            "base_image_missing"),
        pushed(
            "imageThatExitsAtOnce",
            Map.of("healthCheck", quickHealth),
            Sample.dockerfile("CMD [\"sh\", \"-c\", \"echo cannot go on; exit 3\"]"),
            "await-healthy",
            "container_exited"),
        pushed(
            "portNeverOpened",
            Map.of("healthCheck", quickPort),
            Sample.dockerfile("CMD [\"sleep\", \"1000\"]"),
            "await-healthy",
            "port_not_open"),
        pushed(
            "healthPathAnswering500",
            Map.of("healthCheck", quickHealth),
            answering500(),
            "await-healthy",
            "health_check_failed"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void everyBadInputEndsInAClearFailure(Mistake mistake) {
    JsonNode serving = app.now().path("currentReleaseId");
    world.api().patch("/applications/" + app.id(), good).expect(200);
    if (!mistake.change().isEmpty()) {
      world.api().patch("/applications/" + app.id(), mistake.change()).expect(200);
    }
    if (!mistake.pushed().files().isEmpty()) {
      app.repository().push(mistake.pushed(), mistake.name());
    }

    JsonNode deployment = world.api().ended(world.api().deploy(app.id(), mistake.wish()), BOUND);

    JsonNode failure = deployment.path("failure");
    Promise.saw(
        "everyBadInput[" + mistake.name() + "]",
        "%s at %s, %s after %.1f s: %s -> %s (%d lines of log)",
        deployment.path("status").asText(),
        failure.path("step").asText(),
        failure.path("code").asText(),
        deployment.path("durationSeconds").asDouble(),
        failure.path("detail").asText(),
        failure.path("remedy").asText(),
        failure.path("logTail").size());
    assertThat(deployment.path("status").asText()).isEqualTo("failed");
    assertThat(failure.path("step").asText()).matches(mistake.step());
    assertThat(failure.path("code").asText()).matches(mistake.code());
    assertThat(failure.path("detail").asText()).isNotBlank();
    assertThat(failure.path("remedy").asText()).isNotBlank();
    assertThat(failure.path("logTail")).isNotEmpty();
    if (mistake.name().equals("imageThatExitsAtOnce")) {
      assertThat(failure.path("logTail").toString())
          .as("what the application said last")
          .contains("cannot go on");
    }
    assertThat(app.now().path("currentReleaseId")).isEqualTo(serving);
    assertThat(app.text()).isEqualTo("steady");
  }

  private static Mistake asked(String name, Map<String, Object> change, String step, String code) {
    return new Mistake(name, change, nothing(), Map.of(), step, code);
  }

  private static Mistake pushed(
      String name, Map<String, Object> change, Sample sample, String step, String code) {
    return new Mistake(name, change, sample, Map.of(), step, code);
  }

  private static Sample nothing() {
    return new Sample(Map.of());
  }

  private String secret() {
    return world.git().privateRepository(World.name("secret")).url();
  }

  private String empty() {
    return world.git().repository(World.name("empty")).url();
  }

  private static Sample answering500() {
    return Sample.node(
        """
        require('http').createServer((request, response) => {
          response.writeHead(500);
          response.end('out of order');
        }).listen(process.env.PORT);
        """);
  }
}
