package dev.slipway.platform.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.problem.Problem;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CronTimesTest {
  @Test
  void aDailyTimeComesEveryDay() {
    assertThat(times("0 2 * * *", "UTC", "2026-11-22T02:00:00Z", 2))
        .containsExactly("2026-11-23T02:00:00Z", "2026-11-24T02:00:00Z");
  }

  @Test
  void aTimeIsReadInItsZone() {
    assertThat(times("30 2 * * *", "Europe/Berlin", "2026-07-01T00:00:00Z", 1))
        .containsExactly("2026-07-01T00:30:00Z");
  }

  @Test
  void aTimeThatTheClockJumpsOverComesOnceRightAfter() {
    // In Berlin, 02:00 to 03:00 does not exist on 2026-03-29.
    assertThat(times("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 2))
        .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
    assertThat(times("*/15 * * * *", "Europe/Berlin", "2026-03-29T00:40:00Z", 3))
        .containsExactly("2026-03-29T00:45:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:15:00Z");
  }

  @Test
  void aTimeThatExistsTwiceComesOnce() {
    // In Berlin, 02:00 to 03:00 exists twice on 2026-10-25.
    assertThat(times("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    assertThat(times("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", 1))
        .containsExactly("2026-10-26T01:30:00Z");
    assertThat(times("* * * * *", "Europe/Berlin", "2026-10-25T00:59:00Z", 1))
        .containsExactly("2026-10-25T02:00:00Z");
  }

  @Test
  void aDayOfTheMonthAndOneOfTheWeekBothCount() {
    // As crontab(5) has it: either of them.
    assertThat(times("0 4 1 * mon", "UTC", "2026-11-26T00:00:00Z", 3))
        .containsExactly("2026-11-30T04:00:00Z", "2026-12-01T04:00:00Z", "2026-12-07T04:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "* * * *",
        "60 * * * *",
        "0 25 * * *",
        "every day",
        "0 2 * * * *",
        "0 0 30 2 *"
      })
  void whatIsNoExpressionIsRefusedWithAnExample(String cron) {
    assertThatThrownBy(() -> CronTimes.of(cron, "UTC"))
        .isInstanceOfSatisfying(
            Problem.class,
            refused -> {
              assertThat(refused.errors().getFirst().field()).isEqualTo("cron");
              assertThat(refused.errors().getFirst().message()).contains("'0 2 * * *'");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Mars/Olympus", "+02:00", "CET+1"})
  void whatIsNoZoneIsRefused(String zone) {
    assertThatThrownBy(() -> CronTimes.of("0 2 * * *", zone))
        .isInstanceOfSatisfying(
            Problem.class,
            refused -> assertThat(refused.errors().getFirst().field()).isEqualTo("timeZone"));
  }

  private static List<String> times(String cron, String zone, String after, int count) {
    return CronTimes.of(cron, zone).next(Instant.parse(after), count).stream()
        .map(Instant::toString)
        .toList();
  }
}
