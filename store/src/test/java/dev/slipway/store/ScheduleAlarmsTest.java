package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.backup.Alarm;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupSchedule;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.MovableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What is told of schedules that do not do what they should, under a clock that jumps (T8, T15).
 */
class ScheduleAlarmsTest {
  @RegisterExtension static final MovableClock CLOCK = new MovableClock();

  private final Database database = CLOCK.database();
  private final ScheduleStore schedules = new ScheduleStore(database);
  private final DueSchedules due = new DueSchedules(database);

  @BeforeEach
  void nothingIsScheduled() {
    database.script("truncate backup_schedules, backups, sagas, alarms, databases cascade").await();
  }

  @Test
  void aMissingRunIsToldAfterTwoIntervalsAndNotBefore() {
    BackupSchedule hourly = hourly();
    CLOCK.jump(Duration.ofMinutes(30));
    assertThat(raised(hourly)).isEmpty();
    CLOCK.jump(Duration.ofMinutes(91));
    assertThat(raised(hourly))
        .hasSize(1)
        .first()
        .extracting(Alarm::code)
        .isEqualTo("backup_overdue");
    assertThat(raised(hourly)).hasSize(1); // once, however often somebody looks
  }

  @Test
  void aScheduleThatAsksEveryMinuteHasAnHour() {
    DatabaseId id = BackupSamples.database(database, null);
    BackupSchedule often =
        schedules.add(BackupSamples.draft(id, "often", "* * * * *", 1, null)).await();
    CLOCK.jump(Duration.ofMinutes(50));
    assertThat(raised(often)).isEmpty();
    CLOCK.jump(Duration.ofMinutes(11));
    assertThat(raised(often)).hasSize(1);
  }

  @Test
  void anAlarmIsClearedWhenABackupIsVerified() {
    BackupSchedule hourly = hourly();
    CLOCK.jump(Duration.ofHours(3));
    assertThat(raised(hourly)).hasSize(1);
    BackupId late = taken().getFirst().backup().orElseThrow();
    assertThat(raised(hourly)).as("stored is not proven").hasSize(1);
    BackupSamples.verified(database, late, "test");
    assertThat(raised(hourly)).isEmpty();
    CLOCK.jump(Duration.ofHours(3));
    assertThat(raised(hourly)).hasSize(1);
  }

  @Test
  void aClockThatWasSetBackAYearSilencesNoAlarm() {
    BackupSchedule hourly = hourly();
    CLOCK.jump(Duration.ofDays(365));
    BackupId ahead = taken().getFirst().backup().orElseThrow();
    BackupSamples.verified(database, ahead, "test");
    CLOCK.jump(Duration.ofDays(-365));
    assertThat(raised(hourly)).isEmpty();
    CLOCK.jump(Duration.ofHours(3));
    assertThat(raised(hourly)).as("nothing was verified since it was set back").hasSize(1);

    var subject = new DatabaseId(String.valueOf(hourly.subject().id()));
    BackupSamples.failed(database, BackupSamples.asked(database, subject, BackupTrigger.MANUAL));
    assertThat(raised(hourly)).hasSize(1);
    assertThat(open()).extracting(Alarm::code).contains("backup_failed");
  }

  @Test
  void aScheduleThatWasMadeWhileTheClockWasAheadIsToldUntilOneIsVerified() {
    CLOCK.jump(Duration.ofDays(365));
    BackupSchedule hourly = hourly();
    CLOCK.jump(Duration.ofDays(-365));
    assertThat(raised(hourly)).hasSize(1);
    assertThat(due.catchUp().await()).isEqualTo(1);
    CLOCK.jump(Duration.ofHours(1));
    BackupSamples.verified(database, taken().getFirst().backup().orElseThrow(), "test");
    assertThat(raised(hourly)).isEmpty();
    CLOCK.jump(Duration.ofHours(3));
    assertThat(raised(hourly)).hasSize(1);
  }

  @Test
  void aDumpThatSomebodySentDoesNotClearAnAlarm() {
    BackupSchedule hourly = hourly();
    CLOCK.jump(Duration.ofHours(3));
    var subject = new DatabaseId(String.valueOf(hourly.subject().id()));
    BackupSamples.verified(
        database, BackupSamples.asked(database, subject, BackupTrigger.IMPORT), "test");
    assertThat(raised(hourly)).hasSize(1);
  }

  @Test
  void aStoppedDatabaseIsNeitherBackedUpNorMissed() {
    BackupSchedule hourly = hourly();
    database.script("update databases set stopped = true").await();
    CLOCK.jump(Duration.ofHours(5));
    assertThat(taken()).isEmpty();
    assertThat(raised(hourly)).isEmpty();
  }

  @Test
  void aFailedBackupIsToldUntilOneIsVerified() {
    DatabaseId id = BackupSamples.database(database, null);
    BackupSamples.failed(database, BackupSamples.asked(database, id, BackupTrigger.MANUAL));
    new BackupAlarms(database).look().await();
    assertThat(open()).extracting(Alarm::code).containsExactly("backup_failed");
    assertThat(open()).extracting(Alarm::about).containsExactly("database:" + id);
    assertThat(open().getFirst().detail()).contains("It broke.");
    CLOCK.jump(Duration.ofSeconds(1));
    BackupSamples.verified(
        database, BackupSamples.asked(database, id, BackupTrigger.MANUAL), "test");
    new BackupAlarms(database).look().await();
    assertThat(open()).isEmpty();
  }

  private BackupSchedule hourly() {
    DatabaseId id = BackupSamples.database(database, null);
    return schedules.add(BackupSamples.draft(id, "hourly", "0 * * * *", 1, null)).await();
  }

  /** Those of which a backup was asked for. */
  private List<DueSchedules.Taken> taken() {
    List<DueSchedules.Taken> all = new ArrayList<>();
    Optional<DueSchedules.Taken> next = due.take().await();
    while (next.isPresent()) {
      next.filter(each -> each.backup().isPresent()).ifPresent(all::add);
      next = due.take().await();
    }
    return all;
  }

  private List<Alarm> raised(BackupSchedule schedule) {
    new BackupAlarms(database).look().await();
    return open().stream()
        .filter(alarm -> alarm.about().equals("schedule:" + schedule.id()))
        .toList();
  }

  private List<Alarm> open() {
    return new AlarmStore(database).list(true, "", 100, Visible.EVERYTHING).await();
  }
}
