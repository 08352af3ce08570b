package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.FakeClock;
import dev.slipway.e2e.house.GitServer;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Repository;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Traffic;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * T8: the clock of a platform's host jumps by an hour and by a year, forward and back, in the
 * middle of deployments. Platform, database and ingress live under a library that tells them
 * another time.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClockIT {
  /** In this order each jump is one of an hour, a year, or both, in either direction. */
  private static final List<Duration> JUMPS =
      List.of(Duration.ofHours(1), Duration.ofDays(365), Duration.ofHours(-1), Duration.ZERO);

  private final SlipwayHost host = SlipwayHost.fresh("clock");
  private final FakeClock clock = new FakeClock(host.data().resolveSibling("clock"));
  private final GitServer git = GitServer.start();
  private Repository repository;
  private String application;

  @BeforeAll
  void aPlatformWithAClockOfItsOwn() {
    host.up(clock.environment());
    repository = git.repository("clock");
    repository.push(Sample.saying("before"), "before");
    application = host.api().create(Sample.application("clock", repository));
    host.api().deployed(application);
  }

  @AfterAll
  void removed() {
    try (git) {
      host.close();
    }
  }

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void aClockThatJumpsInTheMiddleOfADeploymentLosesDoublesAndDelaysNothing() {
    Traffic traffic = Traffic.to("clock.localhost", host.httpPort(), 4, Duration.ofMillis(10));
    for (Duration jump : JUMPS) {
      String text = "after " + jump;
      repository.push(Sample.saying(text), text);
      String id = host.api().deploy(application);
      clock.set(jump);
      JsonNode deployment = host.api().ended(id, Duration.ofSeconds(60));
      assertThat(deployment.path("status").asText())
          .as(jump + ": " + deployment + host.api().log(id))
          .isEqualTo("success");
      assertThat(steps(deployment)).as("steps that ran twice").doesNotHaveDuplicates();
      assertThat(Instant.parse(deployment.path("completedAt").asText()))
          .as("the platform lives in the time it was told")
          .isCloseTo(Instant.now().plus(jump), within(10, ChronoUnit.MINUTES));
    }
    Traffic.Tally seen = traffic.stop();
    assertThat(seen.failures()).isEmpty();
    assertThat(releases()).as("one release each, and the first").hasSize(JUMPS.size() + 1);
    PromiseReport.tell(
        "T8",
        "%d jumps of an hour or a year in the middle of deployments: %d deployments, each once; %d requests, 0 failed"
            .formatted(JUMPS.size(), JUMPS.size(), seen.requests()));
  }

  private static List<String> steps(JsonNode deployment) {
    return deployment.path("steps").findValuesAsText("name");
  }

  private Set<String> releases() {
    JsonNode items =
        host.api().get("/applications/" + application + "/releases").json().path("items");
    return new HashSet<>(items.findValuesAsText("id"));
  }
}
