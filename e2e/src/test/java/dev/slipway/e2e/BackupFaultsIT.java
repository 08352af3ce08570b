package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.Until;
import dev.slipway.testkit.FaultyProxy.Fault;
import dev.slipway.testkit.S3Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * T14, T16: real servers of three engines, a real S3 store, and all that goes wrong between them.
 * No backup is called good that is not, each failure has its cause, and what was verified restores.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class BackupFaultsIT {
  private static final Duration LOOK = Duration.ofMillis(100);

  /** More than the requests before an upload say, and less than any upload here. */
  private static final int INTO_THE_UPLOAD = 4_000;

  /** Rows that nothing compresses away. */
  private static final String FILL =
      "create table goods(id serial primary key, what text);"
          + " insert into goods(what) select md5(random()::text) from generate_series(1, 5000)";

  @TempDir private static Path folder;

  private final Map<String, String> causes = new LinkedHashMap<>();
  private final World world =
      World.start(Map.of("SLIPWAY_DESTINATION_PATIENCE", "1s", "SLIPWAY_BACKUP_CONCURRENCY", "4"));
  private final Databases databases = new Databases(world);
  private final Backups backups = new Backups(world::api);
  private S3Store store;
  private Offsite offsite;
  private JsonNode shop;
  private JsonNode empty;
  private JsonNode maria;
  private JsonNode redis;

  /** The backup whose object is to change as soon as it is stored; empty: none yet. */
  private volatile String watched = "";

  @BeforeAll
  void serversAndAStore() throws IOException {
    List<Answer> begun =
        List.of(
            begun("shop", "postgresql"),
            begun("empty", "postgresql"),
            begun("maria", "mariadb"),
            begun("redis", "redis"));
    store = S3Store.start(folder);
    offsite = Offsite.at(store, world.api(), "offsite");
    List<JsonNode> made = begun.stream().map(databases::done).toList();
    shop = made.get(0);
    empty = made.get(1);
    maria = made.get(2);
    redis = made.get(3);
    databases.asked(shop, FILL);
    databases.asked(
        maria,
        "create table goods(id serial primary key, what text);"
            + " insert into goods(what) select sha2(rand(), 512) from seq_1_to_5000");
    databases.asked(
        redis,
        "for i = 1, 5000 do redis.call('set', 'k' .. i, redis.sha1hex(i) .. redis.sha1hex(-i)) end");
  }

  private Answer begun(String name, String engine) throws IOException {
    return databases.begun(name, engine, Map.of("externalPort", Databases.freePort()));
  }

  @AfterAll
  void nothingStays() {
    try {
      world.close();
    } finally {
      offsite.close();
      store.close();
    }
  }

  // ---- T14 -----------------------------------------------------------------------------------

  @Test
  @Order(1)
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void whateverGoesWrongABackupEndsFailedWithItsCause() throws Exception {
    try (Offsite slow = Offsite.at(store, world.api(), "slow");
        Offsite broken = Offsite.at(store, world.api(), "broken")) {
      // these take a while, and another database is not kept waiting
      slow.breaks(new Fault.StallAfterSent(INTO_THE_UPLOAD));
      broken.breaks(new Fault.ResetAfterSent(INTO_THE_UPLOAD));
      String stalls = backups.asked(maria, slow.here());
      String resets = backups.asked(redis, broken.here());
      objectsThatChange();
      offsite.breaks(Fault.Answer.ofStore("403 Forbidden", "AccessDenied", ""));
      fails("S3 answers 403", "destination_denied", backups.asked(shop, offsite.here()));
      offsite.heals();
      fails("S3 stands still", "destination_timeout", stalls);
      fails("S3 resets", "destination_unreachable", resets);
      aBucketThatIsGone();
      assertThat(slow.keys()).as("what the failures left").isEmpty();
      assertThat(broken.keys()).as("what the failures left").isEmpty();
      aServerThatIsNotThere();
      anotherVersion();
      slow.heals();
      broken.heals();
      backups.verified(maria, slow.here());
      backups.verified(redis, broken.here());
    }
    backups.verified(shop, offsite.here());
    JsonNode nothing = backups.verified(empty, offsite.here());
    assertThat(nothing.at("/manifest/counts")).as(nothing.toPrettyString()).isEmpty();
    PromiseReport.tell(
        "T14",
        "one platform, a real S3 store, PostgreSQL, MariaDB and Redis: %d faults, each a failed backup with its cause %s, 0 verified; the same destinations worked again; an empty PostgreSQL verified with nothing counted"
            .formatted(causes.size(), causes));
  }

  private void objectsThatChange() {
    changed("object empty", "backup_truncated", file -> Files.write(file, new byte[0]));
    changed("object truncated", "backup_truncated", BackupFaultsIT::halve);
    changed("a bit flipped", "backup_corrupt", BackupFaultsIT::flip);
    changed("object a 20-byte gzip", "backup_not_ours", file -> Files.write(file, gzip()));
    changed("object gone", "object_missing", Files::delete);
  }

  /** What happens to a file. */
  private interface Damage {
    void to(Path file) throws IOException;
  }

  /** In the moment between the storing of an object and its proof. */
  private void changed(String what, String code, Damage damage) {
    watched = "";
    AtomicReference<Object> done = new AtomicReference<>();
    offsite
        .line()
        .faults(connection -> {
          if (!watched.isEmpty() && done.get() == null) {
            done.set(damagedWhenStored(watched, damage));
          }
          return new Fault.None();
        });
    watched = backups.asked(shop, offsite.here());
    fails(what, code, watched);
    assertThat(done.get()).as("what was damaged").isInstanceOf(Path.class);
    offsite.heals();
  }

  /** The file that was damaged; null: it is not stored yet; a failure, to be told by the test. */
  private @Nullable Object damagedWhenStored(String backup, Damage damage) {
    try {
      JsonNode now = backups.now(backup);
      if (!now.path("status").asText().equals("stored")) {
        return null;
      }
      Path file = offsite.file(now);
      damage.to(file);
      return file;
    } catch (IOException | RuntimeException e) {
      return e;
    }
  }

  private static void halve(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(all, all.length / 2));
  }

  private static void flip(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    all[all.length / 2] ^= 1;
    Files.write(file, all);
  }

  /** What a pipe without a dump leaves: as long as a compressed nothing. */
  private static byte[] gzip() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream nothing = new GZIPOutputStream(bytes)) {
      nothing.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(bytes.size()).isEqualTo(20);
    return bytes.toByteArray();
  }

  private void fails(String what, String code, String backup) {
    assertThat(backups.failed(backup)).as(what).isEqualTo(code);
    causes.put(what, code);
  }

  private void aBucketThatIsGone() throws IOException {
    Path away = store.bucket().resolveSibling("away");
    Files.move(store.bucket(), away);
    fails("S3 answers 404", "destination_missing", backups.asked(shop, offsite.here()));
    Files.move(away, store.bucket());
  }

  private void aServerThatIsNotThere() {
    String user = databases.revealed(shop).path("user").asText();
    databases.asked(shop, "alter role \"" + user + "\" password 'changed by hand'");
    fails("password changed", "database_refused_password", backups.asked(shop, offsite.here()));
    setBack(user);
    String locker = databases.holding(shop, "goods");
    String backup = backups.asked(shop, offsite.here());
    databases.awaitWaiting(shop, "goods");
    assertThat(backups.status(backup)).isEqualTo("running");
    Databases.left("container", shop).forEach(server -> Shell.run("docker", "kill", server));
    fails("database stopped", "database_stopped", backup);
    Databases.stopped(locker);
    Until.holds(
        "the database answers again",
        Databases.LIMIT,
        LOOK,
        () -> databases.tried(shop, "select count(*) from goods").ok());
  }

  /** With the password that nobody told the platform. */
  private void setBack(String user) {
    JsonNode access = databases.revealed(shop);
    String password = access.path("password").asText();
    String url = access.path("externalUrl").asText();
    Shell.Outcome said =
        Databases.client(
            "slipway-base/postgres:17",
            "psql",
            url.replace(":" + password + "@", ":changed%20by%20hand@"),
            "-qAtc",
            "alter role \"" + user + "\" password '" + password + "'");
    assertThat(said.ok()).as(said::output).isTrue();
  }

  /** A dump of 17 that somebody says is one of 15. */
  private void anotherVersion() {
    Path dump = folder.resolve("of17.dump");
    Shell.run(
        "sh",
        "-c",
        "docker run --rm --network host --entrypoint pg_dump slipway-base/postgres:17 -Fc '"
            + databases.revealed(shop).path("externalUrl").asText()
            + "' > "
            + dump);
    Answer sent =
        world
            .api()
            .upload(
                "/backups/uploads?engine=postgresql&version=15&name=of17&destinationId="
                    + offsite.id(),
                dump)
            .expect(202);
    fails("another version", "tool_version_older", Backups.id(sent.json()));
  }

  // ---- T16 -----------------------------------------------------------------------------------

  @Test
  @Order(2)
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void everyBackupThatIsTakenWhileOthersWriteRestoresToWhatWasTaken() {
    Map<JsonNode, String> writes =
        Map.of(
            shop, "insert into goods(what) select md5(random()::text) from generate_series(1, 20)",
            maria, "insert into goods(what) select sha2(rand(), 512) from seq_1_to_20",
            redis, "for i = 1, 20 do redis.call('set', 'w' .. redis.call('incr', 'n'), i) end");
    List<String> writers = new ArrayList<>();
    List<String> asked = new ArrayList<>();
    long before = rows();
    try {
      writes.forEach((database, statement) -> writers.add(databases.writing(database, statement)));
      for (boolean sealed : List.of(true, false)) {
        for (JsonNode database : writes.keySet()) {
          asked.add(backups.asked(database, Map.of("encrypted", sealed)));
          Map<String, Object> wish = new HashMap<>(offsite.here());
          wish.put("encrypted", sealed);
          asked.add(backups.asked(database, wish));
        }
      }
      asked.forEach(backup -> backups.ended("/backups/" + backup));
    } finally {
      writers.forEach(Databases::stopped);
    }
    long written = rows() - before;
    List<JsonNode> ended = asked.stream().map(backups::now).toList();
    PromiseReport.tell(
        "T16",
        "one platform: %d of %d backups of PostgreSQL, MariaDB and Redis, half of them sealed, half of them in a real S3 store, verified while clients wrote %d rows"
            .formatted(
                ended.stream().filter(each -> is(each, "verified")).count(),
                ended.size(),
                written));
    assertThat(ended).allSatisfy(each -> assertThat(is(each, "verified")).isTrue());
    assertThat(ended)
        .allSatisfy(each ->
            assertThat(each.at("/manifest/keyId").isNull())
                .isEqualTo(!each.path("encrypted").asBoolean()));
    assertThat(ended)
        .allSatisfy(each ->
            assertThat(each.at("/manifest/counts").valueStream().mapToLong(JsonNode::asLong))
                .allMatch(count -> count >= 5000));
    assertThat(written).as("rows that were written meanwhile").isPositive();
  }

  private static boolean is(JsonNode backup, String status) {
    return backup.path("status").asText().equals(status);
  }

  private long rows() {
    return Long.parseLong(databases.asked(shop, "select count(*) from goods"))
        + Long.parseLong(databases.asked(maria, "select count(*) from goods"))
        + Long.parseLong(databases.asked(redis, "return redis.call('dbsize')"));
  }
}
