package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** T14, T16: what the platform calls a backup restores, with real servers on a real Swarm. */
@ExtendWith(OnePlatform.class)
final class BackupsIT {
  private final World world;
  private final Databases databases;
  private final Backups backups;

  BackupsIT(World world) {
    this.world = world;
    this.databases = new Databases(world);
    this.backups = new Backups(world::api);
  }

  @Test
  void aDatabaseComesBackInPlaceAsACopyAndAsANewerVersion() throws Exception {
    JsonNode books =
        databases.created(
            World.name("books"),
            "postgresql",
            Map.of("version", "15", "externalPort", Databases.freePort()));
    assertThat(schedules(books)).containsExactly("0 2 * * *");
    databases.asked(books, "create table book(id int primary key, title text)");
    databases.asked(
        books, "insert into book select i, 'title ' || i from generate_series(1, 1000) i");

    JsonNode backup = backups.verified(books, Map.of("encrypted", true));
    assertThat(backup.at("/manifest/counts/public.book").asLong()).isEqualTo(1000);
    assertThat(backup.at("/manifest/serverVersion").asText()).startsWith("15");

    databases.asked(books, "delete from book where id > 10");
    JsonNode restore = backups.restored(Map.of("backupId", id(backup), "databaseId", id(books)));
    assertThat(databases.asked(books, "select count(*) from book")).isEqualTo("1000");
    JsonNode safety = backups.ended("/backups/" + restore.path("safetyBackupId").asText());
    assertThat(safety.path("status").asText()).isEqualTo("verified");
    assertThat(safety.at("/manifest/counts/public.book").asLong()).isEqualTo(10);

    databases.done(
        world
            .api()
            .post("/databases/" + id(books) + "/upgrade", Map.of("version", "17"))
            .expect(202));
    assertThat(databases.asked(books, "select count(*) from book")).isEqualTo("1000");
    assertThat(databases.asked(books, "show server_version")).startsWith("17");

    String copy = World.name("copy");
    JsonNode copied =
        backups.restored(Map.of("backupId", id(backup), "into", Map.of("name", copy)));
    assertThat(copied.path("databaseId").asText()).isNotEqualTo(id(books));
    PromiseReport.tell(
        "T16",
        "one platform: a sealed backup of PostgreSQL 15 verified, put back in place after a verified one of"
            + " what was there, made a database of its own, and upgraded to 17: 1000 of 1000 rows each time");
    databases.removed(books);
    databases.removed(world.api().get("/databases/" + copied.path("databaseId").asText()).json());
  }

  @Test
  void aBackupThatCannotBeTakenOrWasChangedIsNeverCalledGood() throws Exception {
    JsonNode shop =
        databases.created(
            World.name("shop"), "postgresql", Map.of("externalPort", Databases.freePort()));
    databases.asked(shop, "create table t(i int)");
    JsonNode good = backups.verified(shop, Map.of());
    Shell.run("sh", "-c", "printf x | dd of=" + fileOf(good) + " bs=1 seek=300 conv=notrunc");
    world.api().post("/backups/" + id(good) + "/verify", Map.of()).expect(202);
    // it stays verified until its new proof tells otherwise
    Until.holds(
        "its new proof is done",
        Databases.LIMIT,
        Duration.ofMillis(200),
        () -> !backups.ended("/backups/" + id(good)).path("status").asText().equals("verified"));
    JsonNode spoilt = backups.ended("/backups/" + id(good), "failed");
    String found = spoilt.at("/failure/code").asText();
    assertThat(found).isIn("backup_corrupt", "backup_not_ours", "backup_truncated");

    databases.done(world.api().post("/databases/" + id(shop) + "/stop", Map.of()).expect(202));
    Answer asked = world.api().post("/backups", Map.of("databaseId", id(shop)));
    String stopped =
        asked.status() == 202
            ? backups.ended("/backups/" + id(asked.json()), "failed").at("/failure/code").asText()
            : asked.expect(409).json().path("code").asText();
    assertThat(stopped).contains("stopped");
    PromiseReport.tell(
        "T14",
        "one platform: a changed byte at the destination: failed (%s); the database stopped: refused (%s)"
            .formatted(found, stopped));
    databases.removed(shop);
  }

  /** Where it lies, in the data directory. */
  private String fileOf(JsonNode backup) {
    return Shell.run(
            "sh", "-c", "find " + world.host().data() + " -type f -name '*" + id(backup) + "*'")
        .strip();
  }

  private List<String> schedules(JsonNode database) {
    List<String> crons = new ArrayList<>();
    world
        .api()
        .get("/backup-schedules?databaseId=" + id(database))
        .expect(200)
        .json()
        .path("items")
        .forEach(schedule -> crons.add(schedule.path("cron").asText()));
    return crons;
  }

  private static String id(JsonNode thing) {
    return thing.path("id").asText();
  }
}
