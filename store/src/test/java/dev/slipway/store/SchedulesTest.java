package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.backup.BackupSchedule;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.MovableClock;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Schedules under a clock that jumps (T8, T15), and under many services at once. */
class SchedulesTest {
  @RegisterExtension static final MovableClock CLOCK = new MovableClock();

  private final Database database = CLOCK.database();
  private final ScheduleStore schedules = new ScheduleStore(database);
  private final DueSchedules due = new DueSchedules(database);

  @BeforeEach
  void nothingIsScheduled() {
    database.script("truncate backup_schedules, backups, sagas, alarms, databases cascade").await();
  }

  @Test
  void aNewDatabaseIsBackedUpDailyAndKeptAWeek() {
    DatabaseId id = BackupSamples.database(database, null);
    BackupSchedule made = database.transaction(tx -> ScheduleStore.defaultFor(tx, id)).await();
    assertThat(made.cron()).isEqualTo("0 2 * * *");
    assertThat(made.timeZone()).isEqualTo("UTC");
    assertThat(made.keepDays()).isEqualTo(7);
    assertThat(made.destinationId()).isEqualTo("local");
    assertThat(made.nextRunAt()).isAfter(now()).isBeforeOrEqualTo(now().plus(Duration.ofDays(1)));
  }

  @Test
  void nothingIsTakenBeforeItsTime() {
    hourly();
    assertThat(due.take().await()).isEmpty();
  }

  @Test
  void whatWasMissedForADayRunsOnceAndThenAtItsNextTime() {
    BackupSchedule hourly = hourly();
    CLOCK.jump(Duration.ofDays(1));
    assertThat(taken()).hasSize(1);
    BackupSchedule after = schedules.get(hourly.id()).await();
    assertThat(after.nextRunAt()).isAfter(now()).isBeforeOrEqualTo(now().plus(Duration.ofHours(1)));
    assertThat(after.lastRunAt()).isNotNull();
    CLOCK.jump(Duration.ofHours(1));
    end();
    assertThat(taken()).hasSize(1);
  }

  @Test
  void aYearAheadAndBackRunsNothingTwiceAndSkipsNothing() {
    BackupSchedule hourly = hourly();
    CLOCK.jump(Duration.ofDays(365));
    assertThat(taken()).hasSize(1);
    end();
    CLOCK.jump(Duration.ofDays(-365));
    assertThat(taken()).isEmpty(); // its next time is a year ahead now
    assertThat(due.catchUp().await()).isEqualTo(1);
    assertThat(taken()).isEmpty();
    assertThat(schedules.get(hourly.id()).await().nextRunAt())
        .isBeforeOrEqualTo(now().plus(Duration.ofHours(1)));
    CLOCK.jump(Duration.ofHours(1)); // to the moment that was made up for a year ahead
    assertThat(taken()).isEmpty();
    CLOCK.jump(Duration.ofHours(1));
    assertThat(taken()).hasSize(1);
  }

  @Test
  void anHourBackRunsNothingTwice() {
    hourly();
    CLOCK.jump(Duration.ofHours(1));
    assertThat(taken()).hasSize(1);
    end();
    CLOCK.jump(Duration.ofHours(-1));
    assertThat(due.catchUp().await()).isEqualTo(1);
    CLOCK.jump(Duration.ofHours(1)); // the same moment once more
    assertThat(taken()).isEmpty();
    CLOCK.jump(Duration.ofHours(1));
    assertThat(taken()).hasSize(1);
  }

  @Test
  void aBackupThatStillWaitsIsNotAskedForAgain() {
    hourly();
    CLOCK.jump(Duration.ofHours(1));
    assertThat(taken()).hasSize(1);
    CLOCK.jump(Duration.ofHours(1));
    assertThat(taken()).isEmpty();
    assertThat(due.take().await()).isEmpty(); // and yet its time is written
  }

  @Test
  void aScheduleGoesWithItsDatabase() {
    BackupSchedule hourly = hourly();
    database.script("delete from databases").await();
    assertThatThrownBy(() -> schedules.get(hourly.id()).await())
        .isInstanceOfSatisfying(Problem.class, gone -> assertThat(gone.status()).isEqualTo(404));
  }

  @Test
  void aScheduleOfADatabaseThatIsBeingRemovedAsksForNothing() {
    hourly();
    database.script("update databases set deleting = true").await();
    CLOCK.jump(Duration.ofHours(1));
    assertThat(taken()).isEmpty();
  }

  @Test
  void fourServicesTakeEachOfTwoHundredDueSchedulesOnce() {
    DatabaseId[] databases = new DatabaseId[200];
    for (int i = 0; i < databases.length; i++) {
      databases[i] = BackupSamples.database(database, null);
      schedules.add(BackupSamples.draft(databases[i], "hourly", "0 * * * *", 1, null)).await();
    }
    CLOCK.jump(Duration.ofHours(1));
    List<Future<List<DueSchedules.Taken>>> services = new ArrayList<>();
    List<Database> pools = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Database pool = CLOCK.another();
      pools.add(pool);
      services.add(allOf(new DueSchedules(pool), new ArrayList<>()));
      services.add(allOf(new DueSchedules(pool), new ArrayList<>()));
    }
    Future.all(services).await();
    List<DueSchedules.Taken> all =
        services.stream().flatMap(each -> each.result().stream()).toList();
    assertThat(all).hasSize(200);
    assertThat(all).extracting(DueSchedules.Taken::scheduleId).doesNotHaveDuplicates();
    assertThat(count("select count(*) from backups")).isEqualTo(200);
    assertThat(count("select count(*) from sagas where kind = 'backup'")).isEqualTo(200);
    System.out.println(
        "PROMISE T15: 4 services took 200 due schedules side by side, each of them once");
    pools.forEach(pool -> pool.close().await());
  }

  private static Future<List<DueSchedules.Taken>> allOf(
      DueSchedules service, List<DueSchedules.Taken> taken) {
    return service
        .take()
        .compose(found -> {
          found.ifPresent(taken::add);
          return found.isPresent() ? allOf(service, taken) : Future.succeededFuture(taken);
        });
  }

  // ---- what is refused

  @Test
  void aVolumeIsBackedUpByItsNodeOnceItIsSomewhere() {
    String application = Samples.application(database).id().value();
    database
        .query(
            """
            update applications set config = jsonb_set(config, '{volumes}',
              '[{"name": "data", "path": "/data"}, {"name": "more", "path": "/more"}]') where id = $1
            """,
            application)
        .await();
    var volume = BackupSubject.volume(application, "data");
    assertThatThrownBy(
            () -> new BackupRequests(database).manual(volume, "local", false, "me").await())
        .isInstanceOfSatisfying(
            Problem.class, refused -> assertThat(refused.code()).isEqualTo("volume_not_placed"));
    schedules
        .add(
            new ScheduleStore.Draft(
                "hourly", volume, "local", "0 * * * *", "UTC", null, 1, null, false, true, true))
        .await();
    CLOCK.jump(Duration.ofHours(3));
    assertThat(taken()).isEmpty();
    assertThat(new BackupAlarms(database).look().await()).isZero();

    for (String name : List.of("data", "more")) {
      database
          .query(
              """
              insert into volumes(application_id, name, engine_name, node_id, owner, fence)
                values ($1, $2, $2, 'node-1', 'tester', 1)
              """,
              application,
              name)
          .await();
    }
    CLOCK.jump(Duration.ofHours(1));
    assertThat(taken()).hasSize(1);
    var more = BackupSubject.volume(application, "more");
    assertThatThrownBy(
            () -> new BackupRequests(database).manual(more, "local", false, "me").await())
        .isInstanceOfSatisfying(
            Problem.class,
            refused -> assertThat(refused.code()).isEqualTo("volume_node_without_backup_service"));
    database
        .query(
            "insert into processes(id, role, version, host, node_id)"
                + " values ('b', 'backup', '1', 'here', 'node-1')")
        .await();
    new BackupRequests(database).manual(more, "local", false, "me").await();
    assertThat(
            database
                .list(
                    "select kind, exclusive, input ->> 'pauseApplication' from sagas order by seq",
                    row -> row.getString(0) + " " + row.getString(1) + " " + row.getString(2))
                .await())
        .containsExactly(
            "backup@node-1 volumes:" + application + " true",
            "backup@node-1 volumes:" + application + " false");
  }

  @Test
  void aChangeBasedOnAnOldVersionIsRefused() {
    BackupSchedule hourly = hourly();
    ScheduleStore.Draft same = ScheduleStore.Draft.of(hourly);
    assertThat(schedules.change(hourly.id(), same, hourly.etag()).await().etag()).isEqualTo(2);
    assertThatThrownBy(() -> schedules.change(hourly.id(), same, hourly.etag()).await())
        .isInstanceOfSatisfying(Problem.class, stale -> assertThat(stale.status()).isEqualTo(412));
  }

  @Test
  void aChangeOfRetentionDoesNotLoseALateRun() {
    BackupSchedule hourly = hourly();
    CLOCK.jump(Duration.ofHours(2));
    schedules
        .change(
            hourly.id(),
            BackupSamples.draft(
                new DatabaseId(String.valueOf(hourly.subject().id())),
                "hourly",
                "0 * * * *",
                30,
                null),
            null)
        .await();
    assertThat(taken()).hasSize(1);
  }

  @Test
  void twoSchedulesOfOneNameAndADestinationThatIsNotThereAreRefused() {
    DatabaseId id = BackupSamples.database(database, null);
    ScheduleStore.Draft daily = BackupSamples.draft(id, "daily", "0 2 * * *", 7, null);
    schedules.add(daily).await();
    assertThatThrownBy(() -> schedules.add(daily).await())
        .isInstanceOfSatisfying(
            Problem.class, taken -> assertThat(taken.code()).isEqualTo("schedule_exists"));
    var nowhere =
        new ScheduleStore.Draft(
            "nowhere",
            BackupSubject.database(id.value()),
            "dst_none",
            "0 2 * * *",
            "UTC",
            null,
            7,
            null,
            false,
            false,
            true);
    assertThatThrownBy(() -> schedules.add(nowhere).await())
        .isInstanceOfSatisfying(
            Problem.class,
            refused -> assertThat(refused.errors().getFirst().field()).isEqualTo("destinationId"));
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

  /** What was asked for has ended. */
  private void end() {
    database.script("update backups set status = 'cancelled' where status = 'pending'").await();
  }

  private Instant now() {
    return schedules.now().await();
  }

  private long count(String sql) {
    return database.one(sql, row -> row.getLong(0)).await();
  }
}
