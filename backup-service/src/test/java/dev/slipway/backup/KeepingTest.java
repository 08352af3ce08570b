package dev.slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.backup.content.MemoryDestination;
import dev.slipway.backup.retention.Retention;
import dev.slipway.backup.schedule.ScheduleWatch;
import dev.slipway.backup.stream.Opener;
import dev.slipway.contracts.backup.BackupContract;
import dev.slipway.contracts.backup.BackupContract.Abandon;
import dev.slipway.contracts.backup.BackupContract.Check;
import dev.slipway.contracts.backup.BackupContract.Checked;
import dev.slipway.contracts.backup.BackupContract.Finish;
import dev.slipway.contracts.backup.BackupContract.Read;
import dev.slipway.contracts.backup.BackupContract.Receive;
import dev.slipway.contracts.backup.BackupContract.Received;
import dev.slipway.contracts.backup.BackupContract.Sent;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupSchedule;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.keep.Chore;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.store.AlarmStore;
import dev.slipway.store.BackupSamples;
import dev.slipway.store.DestinationStore;
import dev.slipway.store.DueSchedules;
import dev.slipway.store.RetentionStore;
import dev.slipway.store.ScheduleStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A backup service with a destination in memory, asked over the bus as a gateway asks. */
class KeepingTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final String INSTALLATION = "0123456789ab";
  private static final String PLACE = "backup-1";

  private final Database database = POSTGRES.database();
  private final Bus bus = new Bus(POSTGRES.vertx(), "test");
  private final MemoryDestination place = new MemoryDestination();
  private final Keeping keeping =
      new Keeping(database, new PlainVault(), bus, PLACE, INSTALLATION, config -> place);
  private DatabaseId subject = BackupSamples.database(database, null);

  @BeforeEach
  void aService() {
    database
        .script(
            "truncate backup_schedules, backups, restores, sagas, alarms, housekeeping_duties cascade")
        .await();
    // The tests do these themselves, when they mean to.
    database
        .script(
            """
            insert into housekeeping_duties(duty, attempt, next_at, ended_at)
              values ('backups', 'test', now() + interval '1 hour', now()),
                ('destinations', 'test', now() + interval '1 hour', now())
            """)
        .await();
    subject = BackupSamples.database(database, null);
    keeping.start().await();
  }

  @AfterEach
  void stops() {
    keeping.stop().await();
  }

  // ---- schedules

  @Test
  void aScheduleThatIsDueGetsItsBackup() {
    BackupSchedule daily =
        new ScheduleStore(database)
            .add(BackupSamples.draft(subject, "daily", "0 2 * * *", 7, null))
            .await();
    database
        .script("update backup_schedules set next_run_at = now() - interval '1 minute'")
        .await();
    await().until(() -> count("select count(*) from backups where trigger = 'schedule'") == 1);
    assertThat(new ScheduleStore(database).get(daily.id()).await().nextRunAt())
        .isAfter(daily.createdAt());
    assertThat(new ScheduleWatch(new DueSchedules(database), bus).look()).isZero();
  }

  // ---- retention

  @Test
  void whatIsNotKeptGoesFromItsDestinationAndNothingElseDoes() throws Exception {
    BackupSchedule one =
        new ScheduleStore(database)
            .add(BackupSamples.draft(subject, "one", "0 2 * * *", null, 1))
            .await();
    BackupId old = backup(one, 2);
    BackupId newest = backup(one, 1);
    place.objects.put("somebody-else/" + old, new byte[1]);
    place.objects.put("slipway/ffffffffffff/" + old, new byte[1]);
    retain();
    assertThat(place.objects.keySet())
        .containsExactlyInAnyOrder(
            "slipway/" + INSTALLATION + "/" + newest,
            "somebody-else/" + old,
            "slipway/ffffffffffff/" + old);
  }

  @Test
  void anObjectThatIsNotInOurFolderStaysWhateverItsRowSays() throws Exception {
    BackupSchedule one =
        new ScheduleStore(database)
            .add(BackupSamples.draft(subject, "one", "0 2 * * *", null, 1))
            .await();
    BackupId old = backup(one, 2);
    backup(one, 1);
    place.objects.put("somebody-else/dump", new byte[1]);
    database
        .query("update backups set object_key = 'somebody-else/dump' where id = $1", old.value())
        .await();
    retain();
    assertThat(place.objects).containsKey("somebody-else/dump");
  }

  @Test
  void aDestinationThatFailsIsTriedAgain() throws Exception {
    BackupSchedule one =
        new ScheduleStore(database)
            .add(BackupSamples.draft(subject, "one", "0 2 * * *", null, 1))
            .await();
    BackupId old = backup(one, 2);
    backup(one, 1);
    place.trouble = denied();
    retain();
    assertThat(count("select count(*) from backups where removed_at is not null")).isEqualTo(1);
    assertThat(place.objects).containsKey("slipway/" + INSTALLATION + "/" + old);
    place.trouble = null;
    retain();
    assertThat(place.objects).doesNotContainKey("slipway/" + INSTALLATION + "/" + old);
  }

  // ---- destinations

  @Test
  void whatIsWrongWithADestinationIsToldAndNoted() {
    assertThat(bus.ask(BackupContract.CHECK, new Check("local")).await().ok()).isTrue();
    place.trouble = denied();
    Checked said = bus.ask(BackupContract.CHECK, new Check("local")).await();
    assertThat(said.code()).isEqualTo("destination_denied");
    var noted = new DestinationStore(database, new PlainVault()).get("local").await();
    assertThat(noted.checkFailure()).isNotNull();
    assertThat(noted.checkedAt()).isNotNull();
  }

  @Test
  void aBackupIsReadInParts() {
    BackupId id =
        BackupSamples.verified(
            database, BackupSamples.asked(database, subject, BackupTrigger.MANUAL), INSTALLATION);
    byte[] content = random(3_000_000);
    place.objects.put("slipway/" + INSTALLATION + "/" + id, content);
    byte[] part =
        bus.ask(BackupContract.READ, new Read(id, 2_000_000, BackupContract.MOST_BYTES))
            .await()
            .bytes();
    assertThat(part).isEqualTo(Arrays.copyOfRange(content, 2_000_000, 3_000_000));
    assertProblem(
        () -> bus.ask(BackupContract.READ, new Read(id, 0, BackupContract.MOST_BYTES + 1)).await(),
        "invalid_request");
    assertProblem(
        () -> bus.ask(BackupContract.READ, new Read(new BackupId("bak_none"), 0, 1)).await(),
        "not_found");
  }

  // ---- what somebody sends

  @Test
  void aDumpIsSealedOnItsWayToItsDestination() throws IOException {
    byte[] dump = dump(2_500_000);
    BackupId id = BackupId.fresh();
    Received received = sent(id, dump, true);
    assertThat(received.objectKey()).startsWith("slipway/" + INSTALLATION + "/imports/" + id);
    assertThat(received.manifest().plainBytes()).isEqualTo(dump.length);
    assertThat(received.manifest().format()).isEqualTo("pg_dump-custom");
    assertThat(received.manifest().keyId()).isEqualTo(keeping.keys().currentKeyId());
    byte[] stored = object(received);
    assertThat(received.manifest().storedBytes()).isEqualTo(stored.length);
    try (var opened = new Opener(keeping.keys()).open(new ByteArrayInputStream(stored))) {
      assertThat(opened.readAllBytes()).isEqualTo(dump);
    }
  }

  @Test
  void aBackupOfAnotherInstallationIsStoredAsItIs() {
    byte[] dump = dump(100_000);
    Received first = sent(BackupId.fresh(), dump, true);
    byte[] file = object(first);
    Received again = sent(BackupId.fresh(), file, false);
    assertThat(object(again)).isEqualTo(file);
    assertThat(again.manifest().plainSha256()).isEqualTo(first.manifest().plainSha256());
    assertThat(again.manifest().keyId()).isEqualTo(first.manifest().keyId());
  }

  @Test
  void aSealedBackupWhoseKeyIsNotHereLeavesNothing() {
    Received sealed = sent(BackupId.fresh(), dump(100_000), true);
    byte[] file = object(sealed);
    database.script("delete from backup_keys").await();
    assertProblem(() -> sent(BackupId.fresh(), file, false), "backup_key_missing");
    assertThat(place.objects).containsOnlyKeys(sealed.objectKey());
  }

  @Test
  void aTruncatedBackupIsRefused() {
    Received whole = sent(BackupId.fresh(), dump(100_000), false);
    byte[] file = object(whole);
    assertProblem(
        () -> sent(BackupId.fresh(), Arrays.copyOf(file, file.length - 10), false),
        "backup_truncated");
    assertThat(place.objects).containsOnlyKeys(whole.objectKey());
  }

  @Test
  void whatTheEnginesToolsWouldNotReadIsRefusedAtOnce() {
    byte[] gzip = random(3_000_000);
    gzip[0] = 0x1f;
    gzip[1] = (byte) 0x8b;
    assertProblem(() -> sent(BackupId.fresh(), gzip, false), "dump_compressed");
    assertProblem(
        () -> sent(BackupId.fresh(), "select 1;".getBytes(StandardCharsets.UTF_8), false),
        "dump_not_custom");
    assertThat(place.objects).isEmpty();
  }

  @Test
  void aDumpThatIsGivenUpLeavesNothing() {
    BackupId id = BackupId.fresh();
    begin(id, false);
    part(id, 0, dump(500_000));
    bus.ask(BackupContract.ABANDON.at(PLACE), new Abandon(id)).await();
    assertThat(place.objects).isEmpty();
    assertProblem(() -> part(id, 500_000, dump(1)), "upload_unknown");
  }

  @Test
  void aPartThatComesTwiceIsTakenOnceAndOneThatIsMissingIsNoticed() {
    byte[] dump = dump(1_500_000);
    BackupId id = BackupId.fresh();
    begin(id, false);
    part(id, 0, Arrays.copyOf(dump, 1_000_000));
    part(id, 0, Arrays.copyOf(dump, 1_000_000));
    assertProblem(() -> part(id, 1_200_000, new byte[10]), "part_out_of_order");
    part(id, 1_000_000, Arrays.copyOfRange(dump, 1_000_000, dump.length));
    assertProblem(
        () -> bus.ask(BackupContract.FINISH.at(PLACE), new Finish(id, 5)).await(),
        "upload_incomplete");
    Received received =
        bus.ask(BackupContract.FINISH.at(PLACE), new Finish(id, dump.length)).await();
    assertThat(received.manifest().plainBytes()).isEqualTo(dump.length);
  }

  private byte[] object(Received received) {
    return Objects.requireNonNull(place.objects.get(received.objectKey()));
  }

  private Received sent(BackupId id, byte[] content, boolean encrypted) {
    begin(id, encrypted);
    for (int at = 0; at < content.length; at += BackupContract.MOST_BYTES) {
      int to = Math.min(content.length, at + BackupContract.MOST_BYTES);
      part(id, at, Arrays.copyOfRange(content, at, to));
    }
    return bus.ask(BackupContract.FINISH.at(PLACE), new Finish(id, content.length)).await();
  }

  private void begin(BackupId id, boolean encrypted) {
    var receive = new Receive(id, "local", "postgresql", "17", encrypted);
    assertThat(bus.ask(BackupContract.RECEIVE, receive).await().place()).isEqualTo(PLACE);
  }

  private void part(BackupId id, long from, byte[] bytes) {
    bus.ask(BackupContract.SEND.at(PLACE), new Sent(id, from, bytes)).await();
  }

  private BackupId backup(BackupSchedule schedule, int days) {
    BackupId id = BackupSamples.asked(database, subject, BackupTrigger.SCHEDULE);
    database
        .query(
            "update backups set schedule_id = $2, created_at = now() - $3 * interval '1 day' where id = $1",
            id.value(),
            schedule.id(),
            days)
        .await();
    BackupSamples.verified(database, id, INSTALLATION);
    place.objects.put("slipway/" + INSTALLATION + "/" + id, new byte[1]);
    return id;
  }

  private void retain() throws Exception {
    List<Chore> chores =
        new Retention(
                new RetentionStore(database),
                new AlarmStore(database),
                keeping.destinations(),
                INSTALLATION)
            .chores();
    for (Chore chore : chores) {
      chore.work().collect();
    }
  }

  private static void assertProblem(ThrowingCallable call, String code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(Problem.class, told -> assertThat(told.code()).isEqualTo(code));
  }

  private static Problem denied() {
    return new Problem(403, "destination_denied", "No", "It says no.", "Ask it.", List.of(), null);
  }

  private static byte[] dump(int size) {
    byte[] bytes = random(size);
    byte[] name = "PGDMP".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(name, 0, bytes, 0, Math.min(size, name.length));
    return bytes;
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private long count(String sql) {
    return database.one(sql, row -> row.getLong(0)).await();
  }
}
