package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.FakeClock;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Until;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * T15: a schedule of every hour, of a platform whose database and services live by a clock that is
 * moved: dead for three hours; a year ahead and back; and with nobody left but a gateway. Each
 * story goes on where the one before ended.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ScheduleClockIT {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration YEAR = Duration.ofDays(365);
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
                    Map.of("name", "hourly", "platform", true, "cron", "0 * * * *", "keepCount", 2))
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
  @Order(1)
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

  @Test
  @Order(2)
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void aYearAheadAndBackRunsEachMomentOnceAndRemovesNothing() {
    Instant missed = next();
    jump(YEAR);
    verified(2, missed);
    comesNext(missed.plus(YEAR));
    assertThat(runs()).as("a year of hours was missed").hasSize(2);
    nothingIsRemoved();

    jump(YEAR.negated());
    comesNext(missed);
    jump(HOUR); // that moment was made up for in another year
    comesNext(missed.plus(HOUR));
    assertThat(runs()).as("the same moment once more").hasSize(2);
    jump(HOUR);
    verified(3, missed.plus(HOUR));
    nothingIsRemoved();
    PromiseReport.tell(
        "T15",
        "one platform, its clock a year ahead and back: a year of hours ran once, late; back again no moment ran twice,"
            + " the next one ran, and retention took none of the %d verified backups"
                .formatted(runs().size()));
  }

  @Test
  @Order(3)
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aGatewayAloneRaisesTheAlarmAndABackupServiceThatComesBackEndsIt() throws Exception {
    // the clock's last jump may have raised one, which a look after the proof clears
    noAlarm();
    Instant missed = next();
    host.killPlatform();
    jump(HOUR.multipliedBy(3));
    Process gateway = host.run("gateway", clock.environment());
    try {
      Until.holds(() -> "the alarm: " + log("gateway"), LIMIT, LOOK, () -> isAlarmed(gateway));
      Answer health = host.api().withoutKey().get("/health").expect(503);
      assertThat(health.json().at("/checks/database/status").asText()).isEqualTo("ok");
      assertThat(health.json().at("/checks/docker/status").asText()).isEqualTo("degraded");
      assertThat(health.json().path("openAlarms").asInt()).as(health.body()).isPositive();
      assertThat(runs()).as("nobody is there who would").hasSize(3);
      Process backup = host.run("backup", clock.environment());
      try {
        verified(4, missed);
        noAlarm();
      } finally {
        ended(backup);
      }
    } finally {
      ended(gateway);
    }
    PromiseReport.tell(
        "T15",
        "a gateway alone, three hours after the last backup service was killed, with a verified backup of next year"
            + " among the rows: raised backup_overdue; a backup service that came back ran what was missed once,"
            + " late, and with its proof the alarm ended");
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

  private void comesNext(Instant moment) {
    Until.holds(
        () -> "next comes " + moment + ", not " + next(), LIMIT, LOOK, () -> next().equals(moment));
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

  /** Retention looks once more, and all that there is stays. */
  private void nothingIsRemoved() {
    String before = retention().path("startedAt").asText();
    host.api().post("/housekeeping/runs", Map.of()).expect(202);
    Until.holds(
        () -> "retention has looked since " + before + ": " + retention(),
        LIMIT,
        LOOK,
        () -> hasEndedSince(before, retention()));
    assertThat(runs()).allSatisfy(run -> assertThat(run.path("removedAt").isNull()).isTrue());
  }

  private JsonNode retention() {
    JsonNode duties = host.api().get("/housekeeping").expect(200).json().path("duties");
    return duties
        .valueStream()
        .filter(duty -> duty.path("duty").asText().equals("backups"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("nobody keeps backups: " + duties));
  }

  /** Another run than that one, and over; its times may be of another year. */
  private static boolean hasEndedSince(String before, JsonNode duty) {
    String started = duty.path("startedAt").asText();
    return !started.equals(before)
        && duty.path("endedAt").isTextual()
        && !Instant.parse(duty.path("endedAt").asText()).isBefore(Instant.parse(started));
  }

  private List<String> alarms() {
    JsonNode items = host.api().get("/alarms?open=true").expect(200).json().path("items");
    return items
        .valueStream()
        .filter(alarm -> alarm.path("about").asText().equals("schedule:" + schedule))
        .map(alarm -> alarm.path("code").asText())
        .toList();
  }

  private void noAlarm() {
    Until.holds(() -> "no alarm: " + alarms(), LIMIT, LOOK, () -> alarms().isEmpty());
  }

  /** Whether that gateway answers, and tells that the schedule's backup is overdue. */
  private boolean isAlarmed(Process gateway) {
    if (!gateway.isAlive()) {
      throw new IllegalStateException("the gateway ended: " + log("gateway"));
    }
    try {
      boolean ready = host.api().get("/alarms").status() == 200;
      return ready && alarms().contains("backup_overdue");
    } catch (UncheckedIOException nobodyListens) {
      return false;
    }
  }

  private String log(String role) {
    return host.logTail(role);
  }

  /** Ended as a service manager ends it. */
  private static void ended(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
