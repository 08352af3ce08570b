package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.Json;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Until;
import dev.slipway.testkit.FaultyProxy.Fault;
import dev.slipway.testkit.S3Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * T1: the process that takes backups dies with signal 9 at any moment of a backup, a proof or a
 * restore. What it was at ends all the same, and nothing is left behind.
 */
@ExtendWith(OnePlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KilledBackupsIT {
  private static final String CRASH_AT = "SLIPWAY_CRASH_AT";
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long ROWS = 20_000;

  /** In the order a backup comes to them, so that one backup can die at all of them. */
  private static final List<String> STEPS =
      List.of(
          "backup.reserve.after-effect",
          "backup.dump.after-effect",
          "backup.dump.after-checkpoint",
          "backup.verify.after-effect",
          "backup.conclude.after-effect");

  @TempDir private static Path folder;

  private final World world;
  private final SlipwayHost host;
  private final Api api;
  private final Databases databases;
  private final Backups backups;
  private S3Store store;
  private Offsite offsite;
  private JsonNode shop;
  private List<String> networks;

  KilledBackupsIT(World world) {
    this.world = world;
    this.host = world.host();
    this.databases = new Databases(world);
    this.api = world.api();
    this.backups = new Backups(() -> api);
  }

  @BeforeAll
  void aServerAndAStore() throws IOException {
    store = S3Store.start(folder);
    offsite = Offsite.at(store, api, World.name("killed"));
    shop =
        databases.created(
            World.name("killed"), "postgresql", Map.of("externalPort", Databases.freePort()));
    databases.asked(
        shop,
        "create table goods(id serial primary key, what text);"
            + " insert into goods(what) select md5(random()::text) from generate_series(1, "
            + ROWS
            + ")");
    networks = ours("network");
  }

  @AfterEach
  void nothingIsLeftBehind() {
    Until.holds(() -> "no work on backups is open: " + open(), LIMIT, LOOK, () -> open().isEmpty());
    Until.holds(
        () -> "no container of a backup is left: " + tools(), LIMIT, LOOK, () -> tools().isEmpty());
    // the check of a destination leaves its object for a moment
    Until.holds(
        () -> "the store holds what the rows say: " + offsite.keys() + " and " + stored(),
        LIMIT,
        LOOK,
        () -> offsite.keys().equals(stored()));
    assertThat(ours("network")).isEqualTo(networks);
    Until.holds(
        () -> "the folder holds what the rows say: " + local() + " and " + storedLocally(),
        LIMIT,
        LOOK,
        () -> local().equals(storedLocally()));
    assertThat(libraries()).as("native libraries unpacked by the dead").hasSizeLessThan(2);
  }

  @AfterAll
  void nothingStays() {
    try {
      world.host().up();
      databases.removed(shop);
    } finally {
      offsite.close();
      store.close();
    }
  }

  // ---- a backup ------------------------------------------------------------------------------

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aBackupThatDiesAtEveryStepIsVerifiedInTheEnd() {
    host.down();
    host.up(Map.of(CRASH_AT, STEPS.getFirst()));
    Wish wish = new Wish(UUID.randomUUID().toString(), new AtomicReference<>(""));
    awaitDeath(STEPS.getFirst(), wish);
    for (String point : STEPS.subList(1, STEPS.size())) {
      // it may die before the front door has seen it healthy
      host.slipway(Map.of(CRASH_AT, point), "up", "--detach");
      awaitDeath(point, wish);
    }
    host.up();
    Until.holds("the repeated request is answered", LIMIT, LOOK, () -> heard(wish));
    JsonNode ended = backups.ended("/backups/" + wish.id().get(), "verified");
    assertThat(ended.at("/manifest/counts/public.goods").asLong()).isEqualTo(ROWS);
    PromiseReport.tell(
        "T1",
        "standalone: one backup killed -9 at %d of its steps: verified, one object, nothing left"
            .formatted(STEPS.size()));
  }

  private void awaitDeath(String point, Wish wish) {
    Until.holds(
        () -> "the platform dies at " + point + "\n" + host.logTail("platform"),
        LIMIT,
        LOOK,
        () -> {
          heard(wish);
          return host.platformPid().isEmpty();
        });
  }

  /** A backup as a client asks for it that does not know whether it was heard. */
  private record Wish(String key, AtomicReference<String> id) {}

  /** False while nobody answers: it is dying, dead, or starting. */
  private boolean heard(Wish wish) {
    try {
      Answer answer =
          api.send(
              "POST",
              "/backups",
              Json.write(Map.of("databaseId", Backups.id(shop), "destinationId", offsite.id())),
              Map.of("idempotency-key", wish.key()));
      if (answer.status() == 503) {
        return false;
      }
      String id = Backups.id(answer.expect(202).json());
      assertThat(wish.id().getAndSet(id)).as("the same request, once more").isIn("", id);
      return true;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void aBackupThatDiesWhileItsToolWaitsIsVerifiedInTheEnd() {
    Runnable release = databases.releasing(shop, databases.holding(shop, "goods"));
    String backup = backups.asked(shop, offsite.here());
    databases.awaitWaiting(shop, "goods");
    assertThat(backups.status(backup)).isEqualTo("running");
    host.killPlatform();
    release.run();
    host.up();
    verified(backup, "its tool waits in the server");
  }

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void aBackupThatDiesWhileItIsSentIsVerifiedInTheEnd() {
    offsite.breaks(new Fault.StallAfterSent(200_000));
    String backup = backups.asked(shop, offsite.here());
    reached("a part of it is sent", () -> offsite.line().stalled() > 0);
    host.killPlatform();
    offsite.heals();
    host.up();
    verified(backup, "a part of it is sent");
  }

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void aProofThatDiesIsMadeInTheEnd() {
    String backup = backups.asked(shop, offsite.here());
    reached(
        "its scratch server runs",
        () -> backups.status(backup).equals("stored") && !tools().isEmpty());
    host.killPlatform();
    host.up();
    verified(backup, "its scratch server runs");

    api.post("/backups/" + backup + "/verify", Map.of()).expect(202);
    reached("its scratch server runs again", () -> !tools().isEmpty());
    host.killPlatform();
    host.up();
    Until.holds("the proof is done", LIMIT, LOOK, () -> open().isEmpty());
    verified(backup, "it is proven once more");
  }

  private void verified(String backup, String moment) {
    JsonNode ended = backups.ended("/backups/" + backup, "verified");
    assertThat(ended.at("/manifest/counts/public.goods").asLong()).isEqualTo(ROWS);
    PromiseReport.tell("T1", "standalone: killed -9 while " + moment + ": verified, nothing left");
  }

  // ---- a restore in place --------------------------------------------------------------------

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aRestoreInPlaceThatDiesTwiceIsDoneInTheEnd() {
    JsonNode backup = backups.verified(shop, offsite.here());
    databases.asked(shop, "delete from goods where id > 10");
    String restore =
        Backups.id(
            api.post(
                    "/restores",
                    Map.of("backupId", Backups.id(backup), "databaseId", Backups.id(shop)))
                .expect(202)
                .json());
    reached("what is there is backed up first", () -> !tools().isEmpty());
    host.killPlatform();
    host.up();
    reached("the new server is filled", () -> restoring(restore).equals("running"));
    host.killPlatform();
    host.up();
    JsonNode ended = backups.ended("/restores/" + restore, "success");
    assertThat(databases.asked(shop, "select count(*) from goods")).isEqualTo(Long.toString(ROWS));
    JsonNode safety = backups.now(ended.path("safetyBackupId").asText());
    assertThat(safety.path("status").asText()).isEqualTo("verified");
    assertThat(safety.at("/manifest/counts/public.goods").asLong()).isEqualTo(10);
    PromiseReport.tell(
        "T1",
        "standalone: a restore in place killed -9 while its safety backup was taken and while it filled the server: done, %d of %d rows, what was there kept verified"
            .formatted(ROWS, ROWS));
  }

  private String restoring(String restore) {
    return api.get("/restores/" + restore).expect(200).json().path("status").asText();
  }

  private static void reached(String moment, BooleanSupplier there) {
    Until.holds(moment, LIMIT, LOOK, there);
  }

  // ---- what must not be left -----------------------------------------------------------------

  private List<String> open() {
    return Database.lines(
        host,
        "select kind, id, state from sagas where state in ('waiting', 'running', 'undoing')"
            + " and (kind like 'backup%' or kind in ('verify', 'restore') or kind like 'database-%')");
  }

  private List<String> tools() {
    return Shell.run(
            "docker",
            "ps",
            "--all",
            "--quiet",
            "--filter",
            "label=dev.slipway.installation=" + host.installationId(),
            "--filter",
            "label=dev.slipway.backup-work")
        .lines()
        .toList();
  }

  private List<String> ours(String kind) {
    return Shell.run(
            "docker",
            kind,
            "ls",
            "--quiet",
            "--filter",
            "label=dev.slipway.installation=" + host.installationId())
        .lines()
        .sorted()
        .toList();
  }

  private List<String> stored() {
    return keys("= '" + offsite.id() + "'");
  }

  private List<String> storedLocally() {
    return keys("= 'local'");
  }

  private List<String> keys(String destination) {
    return Database.lines(
            host,
            "select object_key from backups where object_key is not null and removed_at is null"
                + " and destination_id "
                + destination)
        .stream()
        .sorted()
        .toList();
  }

  private List<String> local() {
    Path backupsFolder = host.data().resolve("backups");
    return files(backupsFolder)
        .map(file -> backupsFolder.relativize(file).toString())
        .filter(file -> file.contains("slipway/"))
        .map(file -> file.substring(file.indexOf("slipway/")))
        .sorted()
        .toList();
  }

  private List<String> libraries() {
    return files(host.data().resolve("native")).map(Path::toString).toList();
  }

  private static Stream<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Stream.of();
    }
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
