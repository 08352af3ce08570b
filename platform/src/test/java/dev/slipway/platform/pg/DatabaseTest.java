package dev.slipway.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class DatabaseTest {

  @Test
  void aTransactionIsAllOrNothing(Database database) {
    database.script("CREATE TABLE all_or_nothing (n int)").await();
    assertThatThrownBy(() ->
            database
                .transaction(tx ->
                    tx.query("INSERT INTO all_or_nothing VALUES (1)")
                        .compose(done ->
                            tx.transaction(
                                inner -> inner.query("INSERT INTO all_or_nothing VALUES (2)")))
                        .compose(done -> Future.failedFuture(new IllegalStateException("no"))))
                .await())
        .hasMessage("no");
    assertThat(database.one("SELECT count(*) FROM all_or_nothing", r -> r.getLong(0)).await())
        .isZero();
  }

  @Test
  void instantsGoInAndNullsToo(Database database) {
    Instant at = Instant.parse("2026-11-21T10:00:00.123456Z");
    assertThat(
            database
                .one(
                    "SELECT $1::timestamptz, $2::text",
                    r -> r.getOffsetDateTime(0).toInstant(),
                    at,
                    null)
                .await())
        .isEqualTo(at);
  }

  @Test
  void whoTakesTheConnectionAndSaysNothingIsAwayAndRefusesNobody(Vertx vertx) throws Exception {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var url = DatabaseUrl.parse("postgresql://a:b@127.0.0.1:" + silent.getLocalPort() + "/a");
      Database database = Database.connect(vertx, url, 1);
      assertThatThrownBy(() -> database.ping().await())
          .satisfies(failure -> assertThat(Database.isAway(failure)).as("%s", failure).isTrue());
    }
  }

  @Test
  void migrationsRunOnceHoweverManyStartTogether(Vertx vertx) {
    DatabaseUrl url = TestPostgres.shared().freshDatabase(vertx);
    List<Future<Integer>> runs =
        List.of(
            Migrations.run(vertx, url, List.of("db/platform")),
            Migrations.run(vertx, url, List.of("db/platform")),
            Migrations.run(vertx, url, List.of("db/platform")));
    List<Integer> applied = runs.stream().map(run -> run.await()).toList();
    assertThat(applied).filteredOn(count -> count > 0).hasSize(1);
  }

  @Test
  void aMigrationThatWasChangedIsRefused(Vertx vertx) {
    DatabaseUrl url = TestPostgres.shared().freshDatabase(vertx);
    Migrations.run(vertx, url, List.of("db/platform")).await();
    Database database = Database.connect(vertx, url, 1);
    database.query("UPDATE schema_history SET checksum = 'other'").await();
    database.close().await();
    assertThatThrownBy(() -> Migrations.run(vertx, url, List.of("db/platform")).await())
        .hasMessageContaining("P001__sagas.sql");
  }

  @Test
  void aListenerHearsAgainAfterItsConnectionBroke(Vertx vertx, Database database) {
    List<String> heard = new CopyOnWriteArrayList<>();
    AtomicInteger rereads = new AtomicInteger();
    Listener listener =
        new Listener(vertx, database.url())
            .on("bells", heard::add)
            .onConnected(rereads::incrementAndGet);
    listener.start().await();
    database.notifyChannel("bells", "one").await();
    await().untilAsserted(() -> assertThat(heard).containsExactly("one"));
    database
        .query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
        .await();
    await().until(() -> rereads.get() == 2);
    database.notifyChannel("bells", "two").await();
    await().untilAsserted(() -> assertThat(heard).containsExactly("one", "two"));
    listener.stop().await();
  }
}
