package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupSchedule;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RetentionTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final Duration WEEK = Duration.ofDays(7);

  private final Database database = POSTGRES.database();
  private final RetentionStore retention = new RetentionStore(database);
  private DatabaseId subject = BackupSamples.database(database, null);

  @BeforeEach
  void noBackups() {
    database.script("truncate backup_schedules, backups, restores, sagas cascade").await();
    subject = BackupSamples.database(database, null);
  }

  @Test
  void whatIsOlderThanItsScheduleKeepsGoesButTheLastVerifiedOneStays() {
    BackupSchedule week = schedule(7, null);
    List<BackupId> all = List.of(backup(week, 20), backup(week, 9), backup(week, 8));
    assertThat(condemn()).isEqualTo(2);
    assertThat(kept()).containsExactly(all.getLast());
  }

  @Test
  void whatIsMoreThanItsScheduleKeepsGoesTheOldestFirst() {
    BackupSchedule two = schedule(null, 2);
    List<BackupId> all = List.of(backup(two, 4), backup(two, 3), backup(two, 2), backup(two, 1));
    assertThat(condemn()).isEqualTo(2);
    assertThat(kept()).containsExactly(all.get(2), all.get(3));
  }

  @Test
  void whatWasTakenWhileTheClockWasAheadTakesNobodysPlace() {
    BackupSchedule one = schedule(7, 1);
    BackupId ahead = backup(one, -365);
    BackupId alsoAhead = backup(one, -364);
    BackupId old = backup(one, 2);
    BackupId newest = backup(one, 1);
    assertThat(condemn()).isEqualTo(1);
    assertThat(kept()).contains(ahead, alsoAhead, newest).doesNotContain(old);
  }

  @Test
  void aFailedOneDoesNotCountForItsSchedule() {
    BackupSchedule one = schedule(null, 1);
    BackupId good = backup(one, 2);
    BackupId bad = BackupSamples.failed(database, asked(one, 1));
    assertThat(condemn()).isZero();
    assertThat(kept()).containsExactly(good, bad);
  }

  @Test
  void failedOnesGoAfterAWeek() {
    BackupSchedule all = schedule(null, null);
    BackupId recent = BackupSamples.failed(database, asked(all, 1));
    BackupId old = BackupSamples.failed(database, asked(all, 9));
    database
        .query(
            "update backups set completed_at = now() - interval '8 days' where id = $1",
            old.value())
        .await();
    assertThat(condemn()).isEqualTo(1);
    assertThat(kept()).containsExactly(recent);
  }

  @Test
  void whatIsPinnedOrBeingRestoredStays() {
    BackupSchedule one = schedule(null, 1);
    BackupId pinned = backup(one, 5);
    BackupId read = backup(one, 4);
    BackupId gone = backup(one, 3);
    BackupId newest = backup(one, 2);
    new BackupStore(database).pin(pinned, true).await();
    String restore =
        database
            .transaction(tx ->
                RestoreStore.request(
                    tx,
                    new RestoreStore.Wish(
                        read, BackupSubject.database(subject.value()), List.of(), false, "me")))
            .await();
    assertThat(condemn()).isEqualTo(1);
    assertThat(kept()).containsExactly(pinned, read, newest).doesNotContain(gone);
    RestoreStore.succeeded(database, restore).await();
    assertThat(condemn()).isEqualTo(1);
    assertThat(kept()).containsExactly(pinned, newest);
  }

  @Test
  void whatSomebodyAskedForByHandStays() {
    BackupId manual =
        aged(
            BackupSamples.verified(
                database, BackupSamples.asked(database, subject, BackupTrigger.MANUAL), "here"),
            400);
    BackupId newest = backup(schedule(7, null), 1);
    assertThat(condemn()).isZero();
    assertThat(kept()).containsExactly(manual, newest);
  }

  @Test
  void theLastVerifiedOneGoesByHandOnlyWhenThatIsMeant() {
    BackupId last = backup(schedule(7, null), 1);
    assertThatThrownBy(() -> retention.remove(last, false).await())
        .isInstanceOfSatisfying(
            Problem.class, refused -> assertThat(refused.code()).isEqualTo("last_verified_backup"));
    retention.remove(last, true).await();
    assertThat(kept()).isEmpty();
    assertThat(retention.condemned("local", "slipway/here/", 10).await()).hasSize(1);
  }

  @Test
  void aDumpThatSomebodySentIsNotTheLastVerifiedOne() {
    BackupId own = backup(schedule(1, null), 20);
    sent();
    assertThat(condemn()).isZero();
    assertThatThrownBy(() -> retention.remove(own, false).await())
        .isInstanceOfSatisfying(
            Problem.class, refused -> assertThat(refused.code()).isEqualTo("last_verified_backup"));
  }

  private BackupId sent() {
    return BackupSamples.verified(
        database, BackupSamples.asked(database, subject, BackupTrigger.IMPORT), "here");
  }

  @Test
  void oneWhoseProofNeverEndedIsProvenAgainOrRemovedByHand() {
    BackupId stored = BackupSamples.asked(database, subject, BackupTrigger.MANUAL);
    BackupStore.stored(database, stored, BackupSamples.manifest(50, "bb")).await();
    assertThatThrownBy(() -> retention.remove(stored, false).await())
        .as("it is being proven")
        .isInstanceOfSatisfying(
            Problem.class, refused -> assertThat(refused.code()).isEqualTo("backup_busy"));
    database.query("update sagas set state = 'undone' where subject = $1", stored.value()).await();
    new BackupStore(database).requestProof(stored).await();
    database.query("update sagas set state = 'done' where subject = $1", stored.value()).await();
    assertThat(condemn()).isZero();
    retention.remove(stored, false).await();
    assertThat(kept()).isEmpty();
  }

  @Test
  void aPinnedOneIsNotRemovedByHand() {
    BackupId one = backup(schedule(7, null), 2);
    backup(schedule(8, null), 1);
    new BackupStore(database).pin(one, true).await();
    assertThatThrownBy(() -> retention.remove(one, true).await())
        .isInstanceOfSatisfying(
            Problem.class, refused -> assertThat(refused.code()).isEqualTo("backup_pinned"));
  }

  @Test
  void twoWhoRemoveAtOnceLeaveTheLastVerifiedOne() {
    BackupSchedule all = schedule(null, null);
    List<BackupId> both = List.of(backup(all, 2), backup(all, 1));
    for (int i = 0; i < 20; i++) {
      var first = retention.remove(both.getFirst(), false);
      var second = retention.remove(both.getLast(), false);
      io.vertx.core.Future.join(first, second)
          .recover(one -> io.vertx.core.Future.succeededFuture())
          .await();
      assertThat(kept()).hasSize(1);
      database.script("update backups set removed_at = null").await();
    }
  }

  @Test
  void aRowForgetsWhereItLayOnlyAfterItsObjectIsGone() {
    BackupSchedule one = schedule(null, 1);
    backup(one, 2);
    backup(one, 1);
    condemn();
    var object = retention.condemned("local", "slipway/here/", 10).await().getFirst();
    assertThat(object.objectKey()).startsWith("slipway/here/");
    assertThat(retention.forget(Duration.ZERO).await()).isZero();
    retention.gone(object).await();
    assertThat(retention.destinations("slipway/here/").await()).isEmpty();
    assertThat(retention.forget(Duration.ofDays(1)).await()).isZero();
  }

  private int schedules;

  private BackupSchedule schedule(@Nullable Integer days, @Nullable Integer count) {
    return new ScheduleStore(database)
        .add(BackupSamples.draft(subject, "s" + ++schedules, "0 2 * * *", days, count))
        .await();
  }

  private BackupId backup(BackupSchedule schedule, int days) {
    return BackupSamples.verified(database, asked(schedule, days), "here");
  }

  private BackupId asked(BackupSchedule schedule, int days) {
    BackupId id = BackupSamples.asked(database, subject, BackupTrigger.SCHEDULE);
    database
        .query("update backups set schedule_id = $2 where id = $1", id.value(), schedule.id())
        .await();
    return aged(id, days);
  }

  private BackupId aged(BackupId id, int days) {
    database
        .query(
            "update backups set created_at = now() - $2 * interval '1 day' where id = $1",
            id.value(),
            days)
        .await();
    return id;
  }

  private int condemn() {
    return retention.condemn(BackupSubject.database(subject.value()), WEEK).await();
  }

  private List<BackupId> kept() {
    List<BackupId> ids = new ArrayList<>();
    database
        .list(
            "select id from backups where removed_at is null order by created_at",
            row -> new BackupId(row.getString(0)))
        .await()
        .forEach(ids::add);
    return ids;
  }
}
