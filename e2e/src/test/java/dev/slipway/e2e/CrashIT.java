package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.EngineSocket;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Traffic;
import dev.slipway.e2e.house.Until;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
    traffic = world.traffic(app);
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
   * One deployment, and a platform that dies at the first point; started again it resumes and dies
   * at the next one, and so on; at last nothing stops it.
   */
  private JsonNode dieAtAll(List<String> points) {
    SlipwayHost host = world.host();
    host.down();
    host.up(Map.of(CRASH_AT, points.getFirst()));
    String id = world.api().deploy(app.id());
    awaitDeath(points.getFirst(), id, System.nanoTime());
    for (String point : points.subList(1, points.size())) {
      long began = System.nanoTime();
      // it may die before the front door has seen it healthy
      host.slipway(Map.of(CRASH_AT, point), "up", "--detach");
      awaitDeath(point, id, began);
    }
    host.up();
    long up = System.nanoTime();
    JsonNode deployment = world.api().ended(id, Duration.ofSeconds(45));
    Duration resumed = Duration.ofNanos(System.nanoTime() - up);
    PromiseReport.tell(
        "T1",
        "standalone: one deployment, the platform killed at %d of its steps: %s %.1f s after the last start"
            .formatted(
                points.size(), deployment.path("status").asText(), resumed.toMillis() / 1000.0));
    assertThat(resumed).isLessThan(RESUME_BOUND);
    return deployment;
  }

  private void awaitDeath(String point, String id, long began) {
    SlipwayHost host = world.host();
    Until.holds(
        "the platform dies at " + point + ", or the deployment ends without it",
        Duration.ofSeconds(60),
        Duration.ofMillis(50),
        () -> host.platformPid().isEmpty() || hasEnded(id));
    assertThat(host.platformPid()).as("a platform that is still alive at " + point).isEmpty();
    Promise.saw(
        "killMinusNine[" + point + "]",
        "it die there after %.1f s, applications answered %d requests so far, %d failed",
        (System.nanoTime() - began) / 1e9,
        traffic.requests(),
        traffic.failed());
  }

  private boolean hasEnded(String id) {
    try {
      return Api.hasEnded(world.api().get("/deployments/" + id).json());
    } catch (UncheckedIOException e) {
      return false; // it is dying just now
    }
  }
}
