package dev.slipway.runtime.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.store.BackupSamples;
import dev.slipway.store.BackupStore;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When a wait is given up, by the database's clock and this process's own. */
class BackupWaitTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final BackupWait.Terms TERMS =
      new BackupWait.Terms("the backup", "too_late", Duration.ofHours(1), "Nothing changed.", null);

  private final Database database = POSTGRES.database();
  private long nanos;
  private BackupWait wait;
  private BackupId id;

  @BeforeEach
  void asked() {
    database.query("delete from saga_runners").await();
    wait = new BackupWait(new BackupStore(database), BackupWait.TOLD, () -> nanos);
    id =
        BackupSamples.asked(
            database, BackupSamples.database(database, null), BackupTrigger.BEFORE_DEPLOY);
  }

  private void set(String change) {
    database.query("update backups set " + change + " where id = $1", id.value()).await();
  }

  private void serviceIsSeen() {
    database
        .query(
            "insert into saga_runners(owner, kind, capacity, seen_at) values ('one', 'backup', 1, now())")
        .await();
  }

  private void goesOnAfter(Duration passed) {
    nanos += passed.toNanos();
    assertThat(wait.isProven(id, TERMS, backup -> {})).isFalse();
  }

  private void givesUpAfter(Duration passed, String code) {
    nanos += passed.toNanos();
    assertThatThrownBy(() -> wait.isProven(id, TERMS, backup -> {}))
        .hasFieldOrPropertyWithValue("code", code);
  }

  @Test
  void aPlatformThatWasDownForHoursDoesNotGiveUpAtItsFirstLook() {
    set("created_at = now() - interval '5 hours'");
    goesOnAfter(Duration.ZERO);
    goesOnAfter(Duration.ofSeconds(59));
    givesUpAfter(Duration.ofSeconds(1), "no_backup_service");
  }

  @Test
  void whatIsVerifiedMeanwhileIsProvenHoweverLateItIs() {
    set("status = 'running', created_at = now() - interval '5 hours'");
    goesOnAfter(Duration.ZERO);
    set("status = 'verified'");
    nanos += Duration.ofHours(1).toNanos();
    assertThat(wait.isProven(id, TERMS, backup -> {})).isTrue();
  }

  @Test
  void aServiceThatIsBusyIsWaitedForAsLongAsABackupMayTake() {
    set("created_at = now() - interval '11 minutes'");
    goesOnAfter(Duration.ZERO);
    serviceIsSeen();
    goesOnAfter(Duration.ofMinutes(2));
    goesOnAfter(Duration.ofMinutes(2));
    database.query("delete from saga_runners").await();
    goesOnAfter(Duration.ofMinutes(2));
    serviceIsSeen();
    goesOnAfter(Duration.ofMinutes(2));
    set("created_at = now() - interval '61 minutes'");
    goesOnAfter(Duration.ZERO);
    givesUpAfter(Duration.ofMinutes(1), "too_late");
  }

  @Test
  void whileTheClockIsBehindTheTimeOfTheWaitItselfCounts() {
    set("status = 'running', created_at = now() + interval '1 day'");
    goesOnAfter(Duration.ZERO);
    goesOnAfter(Duration.ofMinutes(60));
    goesOnAfter(Duration.ofMinutes(1));
    givesUpAfter(Duration.ofMinutes(1), "too_late");
  }
}
