package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.MovableClock;
import dev.slipway.platform.secrets.PlainVault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** T15: what was noted while the clock was a year ahead keeps nobody from work for that year. */
class ClockSetBackTest {
  @RegisterExtension static final MovableClock CLOCK = new MovableClock();

  private static final Duration YEAR = Duration.ofDays(365);
  private static final Duration EVERY = Duration.ofMinutes(10);

  private final Database database = CLOCK.database();
  private final HousekeepingStore book = new HousekeepingStore(database);
  private final DestinationStore destinations = new DestinationStore(database, new PlainVault());

  @Test
  void aDutyThatRanWhileTheClockWasAheadRunsAgainOnceAndThenAtItsTime() {
    CLOCK.jump(YEAR);
    assertThat(runs("backups")).isTrue();
    book.ask("somebody").await();
    CLOCK.jump(YEAR.negated());
    assertThat(runs("backups")).as("its next time is a year ahead").isTrue();
    assertThat(runs("backups")).as("so is the wish, which was carried out").isFalse();
    CLOCK.jump(EVERY.plusSeconds(1));
    assertThat(runs("backups")).isTrue();
  }

  @Test
  void aDutyIsNotRunBeforeItsTimeByAClockThatIsALittleBehind() {
    assertThat(runs("node:x")).isTrue();
    CLOCK.jump(Duration.ofSeconds(-30));
    assertThat(runs("node:x")).isFalse();
  }

  @Test
  void aDestinationThatWasCheckedWhileTheClockWasAheadIsCheckedAgainOnce() {
    String id =
        destinations
            .add(
                "ahead",
                "s3",
                Map.of("type", "s3", "endpoint", "https://s3.example.org", "bucket", "backups"),
                Map.of("secretKey", "hush"))
            .await();
    DatabaseId subject = BackupSamples.database(database, null);
    var draft = BackupSamples.draft(subject, "x", "0 2 * * *", 1, 1);
    new ScheduleStore(database)
        .add(
            new ScheduleStore.Draft(
                "there", draft.subject(), id, draft.cron(), "UTC", null, 1, 1, false, false, true))
        .await();
    CLOCK.jump(YEAR);
    BackupSamples.failed(database, BackupSamples.asked(database, subject, BackupTrigger.MANUAL));
    database.query("update backups set destination_id = $1", id).await();
    checked(id);
    CLOCK.jump(YEAR.negated());
    assertThat(toCheck()).contains(id);
    checked(id);
    assertThat(toCheck()).as("neither for what failed in another year").doesNotContain(id);
  }

  private boolean runs(String duty) {
    boolean begun = book.begin(duty, "one", EVERY).await();
    book.end(duty, "one").await();
    return begun;
  }

  private void checked(String id) {
    destinations.checked(destinations.open(id).await(), null).await();
  }

  private List<String> toCheck() {
    return destinations.toCheck(Duration.ofDays(1), EVERY).await();
  }
}
