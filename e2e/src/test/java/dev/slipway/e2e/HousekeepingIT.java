package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OnePlatform.class)
final class HousekeepingIT {
  private final World world;

  HousekeepingIT(World world) {
    this.world = world;
  }

  @Test
  void aRunThatIsAskedForIsDoneByEveryDutyAndTouchesNothingThatServes() {
    App app = world.serving("kept", "kept");
    Instant asked =
        Instant.parse(
            world
                .api()
                .post("/housekeeping/runs", Map.of())
                .expect(202)
                .json()
                .path("askedAt")
                .asText());

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(doneSince(asked))
                .containsExactlyInAnyOrder(
                    "builder", "database", "node", "backups", "destinations"));

    JsonNode house = world.api().get("/housekeeping").expect(200).json();
    for (JsonNode result : house.path("results")) {
      assertThat(result.path("error").isNull()).as(result.toString()).isTrue();
    }
    assertThat(held(house, "images")).as("images of ours on this engine").isPositive();
    assertThat(held(house, "mirrors")).isPositive();
    assertThat(world.visit(app.hostName(), "/").status()).isEqualTo(200);
    Promise.saw(
        "aRunThatIsAskedForIsDoneByEveryDutyAndTouchesNothingThatServes",
        "%d images and %d mirrors held",
        held(house, "images"),
        held(house, "mirrors"));
  }

  private Set<String> doneSince(Instant asked) {
    Set<String> done = new HashSet<>();
    for (JsonNode duty : world.api().get("/housekeeping").expect(200).json().path("duties")) {
      boolean begun = !Instant.parse(duty.path("startedAt").asText()).isBefore(asked);
      boolean ended =
          duty.path("endedAt").isTextual()
              && !Instant.parse(duty.path("endedAt").asText()).isBefore(asked);
      if (begun && ended) {
        done.add(duty.path("duty").asText().replaceFirst(":.*", ""));
      }
    }
    return done;
  }

  private static long held(JsonNode house, String what) {
    long count = 0;
    for (JsonNode held : house.path("held")) {
      count += held.path("what").asText().equals(what) ? held.path("count").asLong() : 0;
    }
    return count;
  }
}
