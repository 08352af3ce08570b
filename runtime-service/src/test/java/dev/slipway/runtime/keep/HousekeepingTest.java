package dev.slipway.runtime.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.keep.Chore;
import dev.slipway.platform.keep.Duty;
import dev.slipway.platform.keep.Outcome;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.Leases;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.store.HousekeepingStore;
import dev.slipway.store.HousekeepingStore.Result;
import dev.slipway.store.LogStore;
import dev.slipway.store.Samples;
import dev.slipway.store.SweepStore;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HousekeepingTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Database database;
  private HousekeepingStore book;

  @BeforeEach
  void aDatabase() {
    database = POSTGRES.database();
    book = new HousekeepingStore(database);
  }

  @Test
  void theDefaultsAndEverySetting() {
    assertThat(KeepConfig.from(Settings.of(Map.of()))).isEqualTo(KeepConfig.DEFAULTS);
    Settings settings =
        Settings.of(
            Map.of(
                "SLIPWAY_KEEP_EVERY", "5m",
                "SLIPWAY_KEEP_IMAGE_GRACE", "2h",
                "SLIPWAY_KEEP_LOGS", "3d",
                "SLIPWAY_KEEP_LOG_BYTES", "64MB",
                "SLIPWAY_KEEP_JOURNAL", "10d",
                "SLIPWAY_KEEP_EVENTS", "1d",
                "SLIPWAY_KEEP_IDEMPOTENCY", "24h"));
    assertThat(KeepConfig.from(settings))
        .isEqualTo(
            new KeepConfig(
                Duration.ofMinutes(5),
                Duration.ofHours(2),
                Duration.ofDays(3),
                64L << 20,
                Duration.ofDays(10),
                Duration.ofDays(1),
                Duration.ofHours(24)));
  }

  // ---- who does it

  @Test
  void ofTwoProcessesOneDoesTheDutyAndTheOtherTakesOverWhatItLeaves() {
    var first = new Housekeeping(KeepConfig.DEFAULTS, database, "one");
    var second = new Housekeeping(KeepConfig.DEFAULTS, database, "two");
    first.start();
    await().atMost(LIMIT).until(() -> endedAt("database"));
    second.start();
    // As if it had been killed in the middle: begun and not ended.
    first.stop().await();
    database
        .query("update housekeeping_duties set ended_at = null where duty = 'database'")
        .await();
    await().atMost(LIMIT).until(() -> endedAt("database"));
    second.stop().await();
  }

  private boolean endedAt(String duty) {
    return book.duties().await().stream()
        .anyMatch(one -> one.duty().equals(duty) && one.endedAt() != null);
  }

  @Test
  void aChoreThatFailsIsWrittenDownAndTheOthersAreDone() throws Exception {
    AtomicInteger done = new AtomicInteger();
    Duty duty =
        new Duty(
            "node:torn",
            "fence 1",
            HOUR,
            book,
            List.of(
                new Chore(
                    "images",
                    () -> {
                      throw new IllegalStateException("the engine is away");
                    }),
                new Chore(
                    "volumes",
                    () -> {
                      done.incrementAndGet();
                      return new Outcome(2, 200, 5, 500);
                    })));

    assertThat(duty.runIfDue()).isTrue();
    assertThat(duty.runIfDue()).as("not due again").isFalse();

    assertThat(done).hasValue(1);
    assertThat(book.results(10).await())
        .filteredOn(result -> result.duty().equals("node:torn"))
        .extracting(Result::what, Result::collected, Result::error)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("images", 0L, "the engine is away"),
            org.assertj.core.groups.Tuple.tuple("volumes", 2L, null));
  }

  // ---- the database

  /** Owns the lease from now on, whoever did before. */
  private Lease lease(String owner) {
    database.query("update leases set lease_until = now() where name = 'sweep-test'").await();
    return new Leases(database, owner)
        .claim("sweep-test", Duration.ofMinutes(1))
        .await()
        .orElseThrow();
  }

  private Outcome sweep(Lease lease, KeepConfig config, String what) throws Exception {
    for (Chore chore : new DatabaseChores(new SweepStore(database), config, lease).all()) {
      if (chore.what().equals(what)) {
        return chore.work().collect();
      }
    }
    throw new AssertionError(what);
  }

  private void segment(String stream, long seq, byte[] lines) {
    database
        .query(
            "insert into log_segments(stream, first_seq, last_seq, lines) values ($1, $2, $2, $3)",
            stream,
            seq,
            Buffer.buffer(lines))
        .await();
  }

  @Test
  void anApplicationsLogIsKeptWithinAgeAndSizeAndItsNewestSegmentAlways() throws Exception {
    Application shop = Samples.application(database);
    LogStore logs = new LogStore(database);
    String stream = "a:" + shop.id();
    for (int n = 1; n <= 10; n++) {
      segment(stream, n, new byte[1_000]);
    }
    KeepConfig small = new KeepConfig(HOUR, HOUR, Duration.ofDays(7), 3_500, HOUR, HOUR, HOUR);
    Lease lease = lease("size");
    Outcome bySize = sweep(lease, small, "log-segments");
    assertThat(bySize.collected()).isEqualTo(7);
    assertThat(bySize.bytes()).isEqualTo(7_000);
    assertThat(logs.after(stream, 0, 100).await())
        .extracting(LogStore.Segment::firstSeq)
        .containsExactly(8L, 9L, 10L);

    database.query("update log_segments set created_at = now() - interval '8 days'").await();
    assertThat(sweep(lease, small, "log-segments").collected()).isEqualTo(2);
    assertThat(logs.state(stream).await().lastSeq()).as("numbers go on").isEqualTo(10);
  }

  @Test
  void aDeploymentsLogLivesAsLongAsTheDeployment() throws Exception {
    Application shop = Samples.application(database);
    var deployment = Samples.waiting(database, shop);
    LogStore logs = new LogStore(database);
    segment("d:" + deployment, 1, new byte[3]);
    segment("d:dep_nobody", 1, new byte[3]);
    database.query("update log_segments set created_at = now() - interval '90 days'").await();

    sweep(lease("d"), KeepConfig.DEFAULTS, "log-segments");

    assertThat(logs.after("d:" + deployment, 0, 10).await()).hasSize(1);
    assertThat(logs.after("d:dep_nobody", 0, 10).await()).isEmpty();
  }

  @Test
  void theJournalOfWhatIsNotOverOrNeedsAttentionStays() throws Exception {
    Application shop = Samples.application(database);
    Samples.serving(database, shop, "v1");
    database
        .query("update sagas set ended_at = now() - interval '40 days' where state = 'done'")
        .await();
    database
        .query(
            """
            insert into sagas(id, kind, version, subject, state, input, ended_at) values
              ('stuck-one', 'deploy', 1, 'x', 'stuck', '{}', now() - interval '90 days')
            """)
        .await();

    assertThat(sweep(lease("j"), KeepConfig.DEFAULTS, "sagas").collected()).isPositive();

    assertThat(database.one("select 1 from sagas where id = 'stuck-one'").await()).isNotNull();
  }

  @Test
  void ofWebhooksTheNewestKeepWhatTheySaidAndTheOldGo() throws Exception {
    Application shop = Samples.application(database);
    database
        .query(
            """
            insert into webhook_deliveries(id, application_id, provider, sender_id, event, headers,
                body, outcome, received_at)
              select 'whd_' || lpad(n::text, 6, '0'), $1, 'plain', n::text, 'push', '{}', 'x'::bytea,
                'ignored', case when n <= 10 then now() - interval '31 days' else now() end
              from generate_series(1, 150) as n
            """,
            shop.id().value())
        .await();

    assertThat(sweep(lease("w"), KeepConfig.DEFAULTS, "webhook-deliveries").collected())
        .isEqualTo(10);
    assertThat(sweep(lease("w"), KeepConfig.DEFAULTS, "webhook-bodies").collected()).isEqualTo(40);
    assertThat(
            database
                .one(
                    "select count(body)::int, min(id) from webhook_deliveries where body is not null",
                    row -> row.getInteger(0) + " from " + row.getString(1))
                .await())
        .isEqualTo("100 from whd_000051");
  }

  @Test
  void whoLostTheLeaseRemovesNothingMore() {
    Lease old = lease("slow");
    Lease fresh = lease("quick");
    database
        .query(
            "insert into idempotency_keys(key, actor, request, resource, created_at)"
                + " values ('old', 'a', 'r', 'x', now() - interval '9 days')")
        .await();

    assertThatThrownBy(() -> sweep(old, KeepConfig.DEFAULTS, "idempotency-keys"))
        .isInstanceOf(FencedOut.class);
    assertThat(new SweepStore(database).idempotencyKeys(fresh, HOUR).await().rows()).isEqualTo(1);
  }
}
