package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.FakeClock;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Until;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * T15: a schedule of every hour whose platform is dead for three of them, by a clock that is moved.
 * What was missed runs once, late.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScheduleClockIT {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration LOOK = Duration.ofMillis(200);

  private final SlipwayHost host = SlipwayHost.fresh("schedules");
  private final FakeClock clock = new FakeClock(host.data().resolveSibling("clock"));
  private final Backups backups = new Backups(host::api);
  private Duration offset = Duration.ZERO;
  private String schedule = "";

  @BeforeAll
  void aPlatformWithAClockOfItsOwn() {
    // half past some hour, so that no hour ends but when it is told to
    jump(Duration.ofSeconds(Math.floorMod(1800 - Instant.now().getEpochSecond(), 3600)));
    up();
    schedule =
        Backups.id(
            host.api()
                .post(
                    "/backup-schedules",
                    Map.of("name", "hourly", "platform", true, "cron", "0 * * * *"))
                .expect(201)
                .json());
  }

  private void up() {
    host.up(clock.environment());
  }

  private void jump(Duration by) {
    offset = offset.plus(by);
    clock.set(offset);
  }

  @AfterAll
  void nothingStays() {
    host.close();
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void whatWasMissedWhileTheServiceWasDeadRunsOnceAndLate() {
    Instant missed = next();
    host.killPlatform();
    jump(HOUR.multipliedBy(3));
    up();
    verified(1, missed);
    assertThat(next())
        .as("the others that were missed")
        .isEqualTo(missed.plus(HOUR.multipliedBy(3)));
    PromiseReport.tell(
        "T15",
        "one platform, killed for three hours: what was due three times ran once, late, verified");
  }

  // ---- what is looked at ---------------------------------------------------------------------

  private Instant next() {
    return Instant.parse(
        host.api()
            .get("/backup-schedules/" + schedule)
            .expect(200)
            .json()
            .path("nextRunAt")
            .asText());
  }

  /** What the schedule asked for, the newest first. */
  private List<JsonNode> runs() {
    return backups.listed("scheduleId=" + schedule);
  }

  /** So many there are, each verified, and one of them is of this moment. */
  private void verified(int count, Instant dueAt) {
    Until.holds(() -> count + " runs: " + runs(), LIMIT, LOOK, () -> runs().size() == count);
    runs().forEach(run -> backups.ended("/backups/" + Backups.id(run), "verified"));
    assertThat(runs())
        .extracting(run -> Instant.parse(run.path("dueAt").asText()))
        .containsOnlyOnce(dueAt);
  }
}
