package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CancelOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BackupStoreTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final Failure BROKEN =
      new Failure("verify", "verification_counts_differ", "a differs", "look", List.of());

  private Database database;
  private BackupStore backups;
  private RestoreStore restores;
  private BackupSubject shop;

  @BeforeEach
  void aDatabase() {
    database = POSTGRES.database();
    backups = new BackupStore(database);
    restores = new RestoreStore(database);
    shop = BackupSubject.database(FreshId.of("db"));
  }

  private BackupWish wish() {
    return wish(BackupCause.of(BackupTrigger.MANUAL, "tester"));
  }

  private BackupWish wish(BackupCause cause) {
    var known = new BackupSubjects.Known("shop", null, "postgresql", "17", null, false);
    return new BackupWish(shop, known, cause, "local", false);
  }

  private static Manifest manifest() {
    return new Manifest(
        "pg_dump-custom",
        "pg_dump 17",
        "17.1",
        Instant.EPOCH,
        new TreeMap<>(Map.of("public.a", 3L)),
        new TreeMap<>(),
        100,
        "aa",
        50,
        "bb",
        "zstd",
        null,
        7);
  }

  private Fence claimed(BackupId id) {
    database
        .query("update sagas set state = 'running', fence = fence + 1 where id = $1", id.value())
        .await();
    return database
        .one(
            "select fence from sagas where id = $1",
            row -> new Fence(id.value(), row.getLong(0)),
            id.value())
        .await();
  }

  private BackupId storedBackup() {
    BackupId id = backups.request(wish()).await();
    Fence fence = claimed(id);
    backups.running(fence, id, "shop/" + id + ".dump").await();
    database.transaction(tx -> BackupStore.stored(tx, id, manifest())).await();
    database.query("update sagas set state = 'done' where id = $1", id.value()).await();
    return id;
  }

  @Test
  void aBackupIsAskedForWithItsSaga() {
    BackupId id = backups.request(wish()).await();
    assertThat(backups.get(id).await().status()).isEqualTo(BackupStatus.PENDING);
    var saga =
        database
            .one("select kind || ' ' || exclusive from sagas where id = $1", id.value())
            .await();
    assertThat(saga.getString(0)).isEqualTo("backup backup:database:" + shop.id());
  }

  @Test
  void aSchedulesMomentIsAskedForOnce() {
    var due =
        wish(
            new BackupCause(
                BackupTrigger.SCHEDULE, "tester", FreshId.of("sch"), Instant.EPOCH, null));
    assertThat(database.transaction(tx -> BackupOrders.request(tx, due)).await()).isPresent();
    assertThat(database.transaction(tx -> BackupOrders.request(tx, due)).await()).isEmpty();
  }

  @Test
  void aBackupIsListedAsVerifiedOnceItWasProvenAndAsRemovedOnceItIsGone() {
    BackupId id = storedBackup();
    var verified = new BackupStore.Filter(null, shop.id(), null, BackupStatus.VERIFIED, null, 10);
    assertThat(backups.list(verified, Visible.EVERYTHING).await()).isEmpty();
    database.transaction(tx -> BackupStore.verified(tx, id, manifest())).await();
    Backup proven = backups.list(verified, Visible.EVERYTHING).await().getFirst();
    assertThat(proven.id()).isEqualTo(id);
    assertThat(proven.manifest()).isEqualTo(manifest());
    assertThat(proven.removedAt()).isNull();
    backups.removed(id).await();
    assertThat(backups.get(id).await().removedAt()).isNotNull();
  }

  @Test
  void aLaterProofMayDisproveAndALaterOneProveAgain() {
    BackupId id = storedBackup();
    database.transaction(tx -> BackupStore.verified(tx, id, manifest())).await();
    database.transaction(tx -> BackupStore.failed(tx, id, BROKEN)).await();
    assertThat(backups.get(id).await().status()).isEqualTo(BackupStatus.VERIFIED);
    database.transaction(tx -> BackupStore.disproved(tx, id, BROKEN)).await();
    assertThat(backups.get(id).await().failure()).isEqualTo(BROKEN);
    backups.requestProof(id).await();
    assertThatThrownBy(() -> backups.requestProof(id).await())
        .hasFieldOrPropertyWithValue("code", "backup_busy");
    database.transaction(tx -> BackupStore.verified(tx, id, manifest())).await();
    assertThat(backups.get(id).await().status()).isEqualTo(BackupStatus.VERIFIED);
    assertThat(backups.get(id).await().failure()).isNull();
  }

  @Test
  void whatWasNeverStoredCannotBeProven() {
    BackupId id = backups.request(wish()).await();
    assertThatThrownBy(() -> backups.requestProof(id).await())
        .hasFieldOrPropertyWithValue("code", "backup_not_stored");
  }

  @Test
  void whoWasReplacedWritesNothing() {
    BackupId id = backups.request(wish()).await();
    Fence old = claimed(id);
    claimed(id);
    assertThatThrownBy(() -> backups.running(old, id, "key").await()).isInstanceOf(FencedOut.class);
    backups.progress(old, id, 77).await();
    assertThat(backups.get(id).await().progressBytes()).isZero();
  }

  private void seen(String kind, String ago) {
    database
        .query(
            """
            insert into saga_runners(owner, kind, capacity, seen_at)
              values ('one', $1, 1, now() - $2::text::interval)
              on conflict (owner, kind) do update set seen_at = excluded.seen_at
            """,
            kind,
            ago)
        .await();
  }

  @Test
  void aBackupIsUnservedOnlyWhileNobodyLivesWhoWouldBeginIt() {
    BackupId id = backups.request(wish()).await();
    assertThat(backups.isUnserved(id).await()).isTrue();
    seen(BackupStore.VERIFY, "1 second");
    assertThat(backups.isUnserved(id).await()).as("that runner does something else").isTrue();
    seen(BackupStore.BACKUP, "1 second");
    assertThat(backups.isUnserved(id).await()).as("it looks, but is at work").isFalse();
    seen(BackupStore.BACKUP, "1 hour");
    assertThat(backups.isUnserved(id).await()).as("it was not seen for long").isTrue();

    BackupId other = backups.request(wish()).await();
    database
        .query(
            """
            update sagas set state = 'running', owner = 'one', lease_until = now() + interval '8 seconds'
              where id = $1
            """,
            other.value())
        .await();
    assertThat(backups.isUnserved(id).await()).as("all its places are taken").isFalse();
    database.query("update sagas set lease_until = now() where id = $1", other.value()).await();
    assertThat(backups.isUnserved(id).await()).as("it died at work").isTrue();
    database.query("delete from saga_runners where owner = 'one'").await();
  }

  @Test
  void aBackupsAgeIsNegativeAfterTheClockWasSetBack() {
    BackupId id = backups.request(wish()).await();
    assertThat(backups.age(id).await()).isGreaterThanOrEqualTo(Duration.ZERO);
    database
        .query(
            "update backups set created_at = now() + interval '1 hour' where id = $1", id.value())
        .await();
    assertThat(backups.age(id).await()).isNegative();
  }

  @Test
  void aBackupThatWaitsIsCancelledAtOnce() {
    BackupId id = backups.request(wish()).await();
    assertThat(backups.cancel(id).await()).isEqualTo(CancelOutcome.NEVER_RAN);
    assertThat(backups.get(id).await().status()).isEqualTo(BackupStatus.CANCELLED);
  }

  @Test
  void aProofThatWaitsIsCancelledAndTheBackupStaysWhatItWas() {
    BackupId id = storedBackup();
    backups.requestProof(id).await();
    assertThat(backups.cancel(id).await()).isEqualTo(CancelOutcome.NEVER_RAN);
    Backup stored = backups.get(id).await();
    assertThat(stored.status()).isEqualTo(BackupStatus.STORED);
    assertThat(stored.manifest()).isEqualTo(manifest());
    backups.requestProof(id).await();
  }

  @Test
  void backupsAreListedNewestFirstPageByPage() {
    BackupId first = backups.request(wish()).await();
    BackupId second = backups.request(wish()).await();
    var all = new BackupStore.Filter(null, shop.id(), null, null, null, 10);
    assertThat(backups.list(all, Visible.EVERYTHING).await())
        .extracting(Backup::id)
        .containsExactly(second, first);
    var page = new BackupStore.Filter(null, shop.id(), null, null, second, 10);
    assertThat(backups.list(page, Visible.EVERYTHING).await())
        .extracting(Backup::id)
        .containsExactly(first);
    assertThat(backups.list(all, Visible.only(java.util.Set.of(), java.util.Set.of())).await())
        .isEmpty();
  }

  @Test
  void aRestoreWaitsForItsServerAndBeginsOnce() {
    BackupId id = storedBackup();
    var wish = new RestoreStore.Wish(id, shop, List.of("public.a"), false, "tester");
    String restore = database.transaction(tx -> RestoreStore.request(tx, wish)).await();
    assertThat(restores.get(restore).await().status()).isEqualTo(Restore.Status.WAITING);
    assertThat(restores.get(restore).await().totalBytes()).isEqualTo(100);
    assertThat(begin(restore)).isTrue();
    assertThat(begin(restore)).isFalse();
    assertThat(restores.get(restore).await().generation()).isEqualTo(2);
    database.transaction(tx -> RestoreStore.succeeded(tx, restore)).await();
    assertThat(restores.get(restore).await().status()).isEqualTo(Restore.Status.SUCCESS);
    var filter = new RestoreStore.Filter(shop.id(), id, null, null, 5);
    assertThat(restores.list(filter, Visible.EVERYTHING).await()).hasSize(1);
  }

  private boolean begin(String restore) {
    return database.transaction(tx -> RestoreStore.begin(tx, restore, 2, false, null)).await();
  }

  @Test
  void aRestoreThatNeverBeganIsCancelledAtOnce() {
    var wish = new RestoreStore.Wish(storedBackup(), shop, List.of(), false, "tester");
    String restore = database.transaction(tx -> RestoreStore.request(tx, wish)).await();
    assertThat(restores.cancel(restore).await()).isEqualTo(CancelOutcome.NEVER_RAN);
    assertThat(restores.get(restore).await().status()).isEqualTo(Restore.Status.CANCELLED);
  }
}
