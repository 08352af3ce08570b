package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.EngineSocket;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Traffic;
import dev.slipway.e2e.house.Until;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The platform dies at every step of a deployment; the same deployment finishes all the same. */
@ExtendWith(OnePlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CrashIT {
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
    Promise.saw(
        "killMinusNine… applications keep answering",
        "%d requests, %d failed, slowest %d ms %s",
        seen.requests(),
        seen.failed(),
        seen.longestMillis(),
        seen.failures());
    world.host().up();
    assertThat(seen.failures()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
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
        "deploy.announce.after-effect",
      })
  void killMinusNineOfThePlatformAtEveryStep(String point) {
    String text = "version " + ++version;
    app.repository().push(Sample.saying(text), text);
    String id = dieAt(point);

    long began = System.nanoTime();
    world.host().up();
    Duration up = Duration.ofNanos(System.nanoTime() - began);
    JsonNode deployment = world.api().ended(id, Duration.ofSeconds(45));
    Duration resumed = Duration.ofNanos(System.nanoTime() - began).minus(up);

    Promise.saw(
        "killMinusNine[" + point + "]",
        "%s %.1f s after the platform was up again (up took %.1f s), serving '%s', services %s",
        deployment.path("status").asText(),
        resumed.toMillis() / 1000.0,
        up.toMillis() / 1000.0,
        app.text(),
        app.services().size());
    assertThat(deployment.path("status").asText())
        .as(deployment + world.api().log(id))
        .isEqualTo("success");
    assertThat(app.text()).isEqualTo(text);
    assertThat(resumed).isLessThan(RESUME_BOUND.plusSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deploy.start-new.undo.before", "deploy.start-new.undo.after"})
  void killMinusNineWhileAFailedDeploymentIsUndone(String point) {
    String serving = app.text();
    app.repository().push(Sample.dockerfile("CMD [\"sh\", \"-c\", \"exit 3\"]"), "exits at once");
    String id = dieAt(point);
    world.host().up();
    JsonNode deployment = world.api().ended(id, Duration.ofSeconds(45));
    Promise.saw(
        "killMinusNineWhileUndone[" + point + "]",
        "%s, serving '%s', services %s",
        deployment.path("status").asText(),
        app.text(),
        app.services());
    assertThat(deployment.path("status").asText()).isEqualTo("failed");
    assertThat(app.text()).isEqualTo(serving);
    assertThat(EngineSocket.services("dev.slipway.deployment=" + id))
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

  /** Starts the platform with a crash point, deploys, and waits until it has died of it. */
  private String dieAt(String point) {
    SlipwayHost host = world.host();
    host.down();
    host.up(Map.of("SLIPWAY_CRASH_AT", point));
    long pid = host.platformPid().orElseThrow();
    String id = world.api().deploy(app.id());
    Until.holds(
        "the platform dies at " + point + ", or the deployment ends without it",
        Duration.ofSeconds(60),
        Duration.ofMillis(50),
        () -> !SlipwayHost.runs(pid) || hasEnded(id));
    assertThat(SlipwayHost.runs(pid)).as("the platform is still alive at " + point).isFalse();
    return id;
  }

  private boolean hasEnded(String id) {
    try {
      return Api.hasEnded(world.api().get("/deployments/" + id).json());
    } catch (UncheckedIOException e) {
      return false; // it is dying just now
    }
  }
}
