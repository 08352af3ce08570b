package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.EngineSocket;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Traffic;
import dev.slipway.e2e.house.Until;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The platform dies at every step of a deployment; the same deployment finishes all the same. */
@ExtendWith(OnePlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CrashIT {
  private static final String CRASH_AT = "SLIPWAY_CRASH_AT";
  private static final Duration RESUME_BOUND = Duration.ofSeconds(10);

  private final World world;
  private App app;
  private Traffic traffic;
  private int version;

  CrashIT(World world) {
    this.world = world;
  }

  @BeforeAll
  void anApplicationServes() {
    app = world.serving("crash", "version 0");
    // the platform starts twenty times under it: visitors must not take the processors from it
    traffic = Traffic.to(app.hostName(), world.host().httpPort(), 4, Duration.ofMillis(10));
  }

  @AfterAll
  void theApplicationAnsweredAllTheWhile() {
    Traffic.Tally seen = traffic.stop();
    PromiseReport.tell(
        "T1",
        "standalone: while it died, the applications answered %d requests, %d failed, slowest %d ms"
            .formatted(seen.requests(), seen.failed(), seen.longestMillis()));
    world.host().up();
    assertThat(seen.failures()).isEmpty();
  }

  /** In the order a deployment comes to them, so that one deployment can die at all of them. */
  private static final List<String> EVERY_STEP =
      List.of(
          "build.checkout.before",
          "build.checkout.after-effect",
          "build.plan.after-effect",
          "build.build.before",
          "build.build.after-effect",
          "build.push.after-effect",
          "build.handover.before",
          "build.handover.after-effect",
          "build.handover.after-checkpoint",
          "deploy.reserve.after-effect",
          "deploy.start-new.before",
          "deploy.start-new.after-effect",
          "deploy.await-healthy.after-effect",
          "deploy.switch-traffic.before",
          "deploy.switch-traffic.after-checkpoint",
          "deploy.announce.after-effect");

  @Test
  @Timeout(value = 8, unit = TimeUnit.MINUTES)
  void killMinusNineOfThePlatformAtEveryStep() {
    String text = "version " + ++version;
    app.repository().push(Sample.saying(text), text);
    JsonNode deployment = dieAtAll(EVERY_STEP);
    assertThat(deployment.path("status").asText())
        .as(deployment + world.api().log(deployment.path("id").asText()))
        .isEqualTo("success");
    assertThat(app.text()).isEqualTo(text);
  }

  @Test
  void killMinusNineWhileAFailedDeploymentIsUndone() {
    String serving = app.text();
    app.repository().push(Sample.dockerfile("CMD [\"sh\", \"-c\", \"exit 3\"]"), "exits at once");
    JsonNode deployment =
        dieAtAll(List.of("deploy.start-new.undo.before", "deploy.start-new.undo.after"));
    assertThat(deployment.path("status").asText()).isEqualTo("failed");
    assertThat(app.text()).isEqualTo(serving);
    assertThat(EngineSocket.services("dev.slipway.deployment=" + deployment.path("id").asText()))
        .as("services of the failed deployment")
        .isEmpty();
  }

  @Test
  void aDeploymentWaitingInTheQueueSurvivesToo() {
    String text = "version " + ++version;
    app.repository().push(Sample.saying(text), text);
    String id = world.api().deploy(app.id());
    world.host().killPlatform();
    world.host().up();
    JsonNode deployment = world.api().ended(id, Duration.ofSeconds(45));
    assertThat(deployment.path("status").asText()).isEqualTo("success");
    assertThat(app.text()).isEqualTo(text);
  }

  /**
   * One deployment, and a platform that dies at the first point, maybe before it has answered;
   * started again it resumes and dies at the next one, and so on; at last nothing stops it. The
   * same request, repeated whenever the platform can be reached, is this one deployment all along.
   */
  private JsonNode dieAtAll(List<String> points) {
    SlipwayHost host = world.host();
    int before = deployments();
    host.down();
    host.up(Map.of(CRASH_AT, points.getFirst()));
    var wish = new Wish(world.api(), app.id());
    awaitDeath(points.getFirst(), wish, System.nanoTime());
    for (String point : points.subList(1, points.size())) {
      long began = System.nanoTime();
      // it may die before the front door has seen it healthy
      host.slipway(Map.of(CRASH_AT, point), "up", "--detach");
      awaitDeath(point, wish, began);
    }
    host.up();
    long up = System.nanoTime();
    JsonNode deployment = world.api().ended(wish.id(), Duration.ofSeconds(45));
    Duration resumed = Duration.ofNanos(System.nanoTime() - up);
    PromiseReport.tell(
        "T1",
        "standalone: one deployment, the platform killed at %d of its steps: %s %.1f s after the last start"
            .formatted(
                points.size(), deployment.path("status").asText(), resumed.toMillis() / 1000.0));
    assertThat(resumed).isLessThan(RESUME_BOUND);
    assertThat(wish.made).as("what the repeated request made").hasSize(1);
    assertThat(deployments()).isEqualTo(before + 1);
    return deployment;
  }

  private void awaitDeath(String point, Wish wish, long began) {
    SlipwayHost host = world.host();
    Until.holds(
        "the platform dies at " + point + ", or the deployment ends without it",
        Duration.ofSeconds(60),
        Duration.ofMillis(50),
        () -> host.platformPid().isEmpty() || wish.repeated().map(Api::hasEnded).orElse(false));
    assertThat(host.platformPid()).as("a platform that is still alive at " + point).isEmpty();
    Promise.saw(
        "killMinusNine[" + point + "]",
        "it die there after %.1f s, applications answered %d requests so far, %d failed",
        (System.nanoTime() - began) / 1e9,
        traffic.requests(),
        traffic.failed());
  }

  private int deployments() {
    return world
        .api()
        .get("/deployments?limit=200&applicationId=" + app.id())
        .expect(200)
        .json()
        .path("items")
        .size();
  }

  /** A deployment as a client asks for it that does not know whether it was heard. */
  private record Wish(Api api, String application, String key, Set<String> made) {
    Wish(Api api, String application) {
      this(api, application, UUID.randomUUID().toString(), new HashSet<>());
    }

    /** The deployment as it stands; empty while nobody answers. */
    Optional<JsonNode> repeated() {
      try {
        Answer answer = api.deployOnce(application, key);
        if (answer.status() == 503) {
          return Optional.empty(); // it is starting
        }
        JsonNode deployment = answer.expect(202).json();
        made.add(deployment.path("id").asText());
        return Optional.of(deployment);
      } catch (UncheckedIOException e) {
        return Optional.empty(); // it is dying just now, or not up again
      }
    }

    String id() {
      Until.holds(
          "the repeated request is answered",
          Duration.ofSeconds(20),
          Duration.ofMillis(50),
          () -> repeated().isPresent());
      return made.iterator().next();
    }
  }
}
