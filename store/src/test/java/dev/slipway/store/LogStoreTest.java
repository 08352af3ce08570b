package dev.slipway.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.Leases;
import dev.slipway.platform.logs.LineBatch;
import dev.slipway.platform.logs.LogAnnouncer;
import dev.slipway.platform.logs.LogChannel;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.logs.LogSink;
import dev.slipway.platform.logs.LogStream;
import dev.slipway.platform.logs.SecretMask;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LogStoreTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final LogStore.Guard FREE = tx -> Future.succeededFuture();
  private static final String AT = "{\"at\":{\"0123456789ab\":\"1700000000123456789:1\"}}";

  /** The very statement of the version before. */
  private static final String OLD =
      """
      with stored as (
        insert into log_segments(stream, first_seq, last_seq, lines) values ($1, $2, $3, $4)
          on conflict do nothing)
      insert into log_streams(stream, source_at) values ($1, $5)
        on conflict (stream) do update set source_at = $5, updated_at = now()
      """;

  private final String stream = "a:" + UUID.randomUUID();
  private final List<LineBatch> made = new ArrayList<>();
  private Database database;
  private LogStore logs;
  private LogStream source;

  @BeforeEach
  void aStore() {
    database = POSTGRES.database();
    logs = new LogStore(database);
    source =
        LogStream.open(
            database.vertx(),
            stream,
            0,
            SecretMask.NONE,
            (batch, after) -> {
              made.add(batch);
              return Future.succeededFuture(after + batch.count());
            },
            LogAnnouncer.NONE);
  }

  /** One line as a batch that can be stored by hand. */
  private LineBatch batch(String text) {
    source.say(null, LogLevel.INFO, text);
    return made.getLast();
  }

  /** Every line, checked to be numbered from 1 without a hole. */
  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    long seq = 0;
    for (LogStore.Segment segment : logs.after(stream, 0, 1_000_000).await()) {
      assertThat(segment.firstSeq()).isEqualTo(seq + 1);
      for (String text : segment.lines().toString(UTF_8).lines().toList()) {
        JsonNode line = Json.tree(text);
        assertThat(line.path("seq").asLong()).isEqualTo(++seq);
        lines.add(line.path("line").asText());
      }
      assertThat(segment.lastSeq()).isEqualTo(seq);
    }
    assertThat(logs.state(stream).await().lastSeq()).isEqualTo(seq);
    return lines;
  }

  @Test
  void aBatchThatIsTriedAgainIsStoredOnceWhoeverWroteSince() {
    LogWriter one = logs.open(stream, "node:one", FREE).await();
    LogWriter two = logs.open(stream, "node:two", FREE).await();
    LineBatch lost = batch("its answer was lost");
    assertThat(one.append(lost, 0).await()).isEqualTo(1);
    assertThat(two.append(batch("from elsewhere"), 0).await()).isEqualTo(2);

    assertThat(one.append(lost, 0).await()).isEqualTo(1);
    assertThat(one.append(lost, 2).await()).isEqualTo(1);
    assertThat(lines()).containsExactly("its answer was lost", "from elsewhere");
  }

  @Test
  void eachWriterKeepsItsOwnPlacesInItsSources() {
    LogWriter one = logs.open(stream, "node:one", FREE).await();
    LogWriter two = logs.open(stream, "node:two", FREE).await();
    one.append(batch("1"), 0, Map.of("aaa", "1:1")).await();
    two.append(batch("2"), 1, Map.of("bbb", "7:1")).await();
    assertThat(one.note(Map.of("aaa", "0:1"), 0).await()).as("its batch is newer").isFalse();
    assertThat(one.note(Map.of("aaa", "9:1"), 2).await()).as("its batch is not there").isFalse();
    assertThat(one.note(Map.of("aaa", "2:1"), 1).await()).isTrue();

    assertThat(logs.open(stream, "node:one", FREE).await().at()).isEqualTo(Map.of("aaa", "2:1"));
    assertThat(logs.open(stream, "node:two", FREE).await().at()).isEqualTo(Map.of("bbb", "7:1"));
    assertThat(logs.open(stream, "node:new", FREE).await().at()).isEmpty();
    assertThat(logs.placesOf("node:two").await())
        .filteredOn(place -> place.stream().equals(stream))
        .containsExactly(new LogNote.Place(stream, "node:two", 2, Map.of("bbb", "7:1")));
  }

  @Test
  void whoOpensLaterUnderTheSameNameFencesOutWhoDidBefore() {
    LogWriter stale = logs.open(stream, "one", FREE).await();
    LogWriter next = logs.open(stream, "one", FREE).await();
    assertThatThrownBy(() -> stale.append(batch("late"), 0).await()).isInstanceOf(FencedOut.class);
    next.append(batch("in time"), 0).await();
    assertThatThrownBy(() -> stale.append(batch("later"), 1).await()).isInstanceOf(FencedOut.class);
    assertThat(stale.note(Map.of("x", "1:1"), 0).await()).isFalse();

    assertThat(lines()).containsExactly("in time");
    assertThat(logs.open(stream, "one", FREE).await().at()).isEmpty();
  }

  @Test
  void whoLostItsLeaseOrItsSagaCannotOpenALogAnyMore() {
    Leases mine = new Leases(database, "mine");
    Lease lease = mine.claim("node:n" + stream, Duration.ofMinutes(1)).await().orElseThrow();
    LogWriter before = logs.open(stream, "node:n", lease::guard).await();
    mine.release(lease).await();
    new Leases(database, "other").claim(lease.name(), Duration.ofMinutes(1)).await();

    assertThatThrownBy(() -> logs.open(stream, "node:n", lease::guard).await())
        .isInstanceOf(FencedOut.class);
    assertThatThrownBy(() -> logs.open(stream, "one", new Fence("none", 1)::guard).await())
        .isInstanceOf(FencedOut.class);
    assertThat(before.append(batch("until somebody else opens it"), 0).await()).isEqualTo(1);
  }

  @Test
  void whatTheVersionBeforeStoresBesideIsNeverOverwritten() {
    LogWriter writer = logs.open(stream, "node:one", FREE).await();
    writer.append(batch("1"), 0).await();
    old(2, 4, "2\n3\n4\n");

    assertThat(logs.state(stream).await().lastSeq()).isEqualTo(4);
    assertThat(writer.append(batch("5"), 1).await()).isEqualTo(5);
    old(6, 6, "6\n");
    assertThat(writer.append(batch("7"), 5).await()).isEqualTo(7);
    old(8, 8, "8\n");
    assertThat(logs.open(stream, "node:two", FREE).await().lastSeq()).isEqualTo(8);
  }

  @Test
  void whatABuildOfTheVersionBeforeStoresBesideIsNeverOverwritten() {
    LogWriter writer = logs.open(stream, LogStreams.ONE_WRITER, FREE).await();
    writer.append(batch("1"), 0).await();
    database
        .query(
            """
            insert into log_segments(stream, first_seq, last_seq, lines) values ($1, $2, $3, $4)
              on conflict do nothing
            """,
            stream,
            2L,
            4L,
            Buffer.buffer("2\n3\n4\n"))
        .await();
    assertThat(writer.append(batch("5"), 1).await()).isEqualTo(5);
    assertThat(writer.append(batch("6"), 5).await()).isEqualTo(6);
  }

  private void old(long first, long last, String lines) {
    String at = AT.replace(":1\"", ":" + last + "\"");
    database.query(OLD, stream, first, last, Buffer.buffer(lines), at).await();
  }

  @Test
  void numbersGoOnWhenOldSegmentsAreCollected() {
    LogWriter writer = logs.open(stream, "node:one", FREE).await();
    writer.append(batch("1"), 0).await();
    database.query("delete from log_segments where stream = $1", stream).await();

    assertThat(logs.state(stream).await().lastSeq()).isEqualTo(1);
    LogWriter next = logs.open(stream, "node:one", FREE).await();
    assertThat(next.append(batch("2"), next.lastSeq()).await()).isEqualTo(2);
  }

  @Test
  void aLogThatIsGoneWithItsApplicationTakesNoMoreLinesAndSaysSo() {
    Application doomed = Samples.application(database);
    String its = "a:" + doomed.id().value();
    LogWriter writer = logs.open(its, "node:one", FREE).await();
    writer.append(batch("1"), 0).await();
    new ApplicationStore(database).markDeleting(doomed.id()).await();
    new ApplicationStore(database).remove(doomed.id()).await();

    assertThatThrownBy(() -> writer.append(batch("2"), 1).await()).isInstanceOf(FencedOut.class);
    assertThatThrownBy(() -> logs.aside(its).append(batch("3"), 0).await())
        .isInstanceOf(FencedOut.class);
    assertThat(logs.after(its, 0, 10).await()).isEmpty();
    assertThat(logs.state(its).await().status()).isEqualTo("deleted");
  }

  @Test
  void aLossIsToldOnceHoweverManyTellIt() {
    LogWriter writer = logs.open(stream, "node:gone", FREE).await();
    writer.append(batch("1"), 0, Map.of("aaa", "1:1")).await();
    var place =
        logs.placesOf("node:gone").await().stream()
            .filter(each -> each.stream().equals(stream))
            .findFirst()
            .orElseThrow();
    for (int i = 0; i < 3; i++) {
      assertThat(logs.once(place, "lost").append(batch("lost"), 0).await()).isEqualTo(2);
      logs.aside(stream).append(batch("something else " + i), 0).await();
    }
    assertThat(lines())
        .containsExactly("1", "lost", "something else 0", "something else 1", "something else 2");
  }

  @Test
  void aLoneWriterIsAsFastAsOneWhoseNumbersWereItsOwn() {
    Database relaxed = Database.connectRelaxed(database.vertx(), database.url(), 2);
    LogStore store = new LogStore(relaxed);
    for (int round = 0; round < 3; round++) {
      LogWriter writer = store.open(stream + "new" + round, "node:one", FREE).await();
      Map<String, String> at = Map.of("0123456789ab", "1700000000123456789:1");
      tell("numbers given at store time", (batch, after) -> writer.append(batch, after, at));
      String its = stream + "old" + round;
      tell(
          "numbers given by the writer",
          (batch, after) -> {
            long last = after + batch.count();
            return relaxed
                .query(OLD, its, after + 1, last, batch.numbered(after + 1), AT)
                .map(last);
          });
      assertThat(store.state(stream + "new" + round).await().lastSeq()).isEqualTo(100_500);
    }
    relaxed.close().await();
  }

  /** Prints what it does to latency and to throughput. */
  private void tell(String what, LogSink sink) {
    LogStream log =
        LogStream.open(database.vertx(), stream, 0, SecretMask.NONE, sink, LogAnnouncer.NONE);
    long[] each = new long[500];
    for (int i = 0; i < each.length; i++) {
      long began = System.nanoTime();
      log.say(null, LogLevel.INFO, "a line that comes alone");
      log.flush().await();
      each[i] = System.nanoTime() - began;
    }
    Arrays.sort(each);
    byte[] lines =
        "step 42 of a build that says a lot, line after line\n".repeat(250).getBytes(UTF_8);
    LogStream.Source source = log.source(LogChannel.STDOUT, "r1");
    long began = System.nanoTime();
    for (int i = 0; i < 400; i++) {
      awaitRoom(log);
      source.write(lines, 0, lines.length);
    }
    log.close().await();
    double seconds = (System.nanoTime() - began) / 1e9;
    assertThat(log.dropped()).isZero();
    System.out.printf(
        "%s: %,.0f lines/s, alone p50 %,d us%n", what, 100_000 / seconds, each[250] / 1000);
  }

  private static void awaitRoom(LogStream log) {
    try {
      log.awaitRoom(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void manyWritersOfOneStreamLoseDoubleAndDisorderNothing() throws InterruptedException {
    for (long seed = 1; seed <= 3; seed++) {
      storm(seed, 4, 1_500);
    }
  }

  /** Writers of different speed, on connections of their own that break now and then. */
  private void storm(long seed, int writers, int linesEach) throws InterruptedException {
    String its = stream + seed;
    AtomicInteger broken = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int n = 0; n < writers; n++) {
      String name = "node:" + n;
      Random random = new Random(seed * 31 + n);
      threads.add(Thread.ofVirtual().start(() -> writeAll(its, name, random, linesEach, broken)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Map<String, Integer> next = new HashMap<>();
    long seq = 0;
    for (LogStore.Segment segment : logs.after(its, 0, 1_000_000).await()) {
      for (String text : segment.lines().toString(UTF_8).lines().toList()) {
        JsonNode line = Json.tree(text);
        assertThat(line.path("seq").asLong()).as("seed " + seed).isEqualTo(++seq);
        String[] said = line.path("line").asText().split(" ");
        assertThat(Integer.parseInt(said[1]))
            .as("seed " + seed + " " + said[0])
            .isEqualTo(next.merge(said[0], 1, Integer::sum) - 1);
      }
    }
    assertThat(seq).isEqualTo((long) writers * linesEach);
    System.out.printf(
        "PROMISE T12: seed %d: %d writers of one stream, %d lines, %d lost answers,"
            + " every line once and in order%n",
        seed, writers, seq, broken.get());
  }

  private void writeAll(String its, String name, Random random, int lines, AtomicInteger broken) {
    LogWriter writer = logs.open(its, name, FREE).await();
    LogStream out =
        LogStream.open(
            database.vertx(),
            its,
            writer.lastSeq(),
            SecretMask.NONE,
            (batch, after) -> {
              boolean answerIsLost = random.nextInt(20) == 0;
              broken.addAndGet(answerIsLost ? 1 : 0);
              return writer
                  .append(batch, after)
                  .compose(last ->
                      answerIsLost
                          ? Future.failedFuture("the connection broke after the commit")
                          : Future.succeededFuture(last));
            },
            LogAnnouncer.NONE);
    for (int i = 0; i < lines; i++) {
      out.say(null, LogLevel.INFO, name + " " + i);
      if (random.nextInt(40) == 0) {
        out.flush().await();
      }
    }
    out.close().await();
  }
}
