package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.backup.BackupContract.Checked;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.people.Role;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.Client.Answer;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.store.AlarmStore;
import dev.slipway.store.BackupKeyStore;
import dev.slipway.store.BackupSamples;
import dev.slipway.store.BackupStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Destinations, schedules, backups, restores and alarms as they are asked for from outside. */
class BackupsTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static TestBackupService service = new TestBackupService();

  private final Client admin = GATEWAY.admin();
  private final DatabaseId database = BackupSamples.database(GATEWAY.database(), null);

  @BeforeAll
  static void aBackupService() {
    service = TestBackupService.at(GATEWAY.bus());
  }

  // ---- destinations

  @Test
  void secretsOfADestinationGoInAndNeverOut() {
    Answer made = admin.post("/api/destinations", s3("hush-hush")).expect(201);
    String path = "/api/destinations/" + made.string("id");
    assertThat(made.header("Location")).isEqualTo(path);
    assertThat(made.text()).doesNotContain("hush-hush").contains("\"secretKey\":\"****\"");
    assertThat(admin.get("/api/destinations").expect(200).text()).doesNotContain("hush-hush");
    Answer changed =
        admin
            .patch(path, "{\"s3\":{\"bucket\":\"other\"}}", "If-Match", made.header("ETag"))
            .expect(200);
    assertThat(changed.json().getJsonObject("s3").getString("bucket")).isEqualTo("other");
    assertThat(changed.json().getJsonObject("s3").getString("secretKey")).isEqualTo("****");
    admin
        .patch(path, "{\"s3\":{\"bucket\":\"third\"}}", "If-Match", made.header("ETag"))
        .expect(412);
    assertThat(admin.get("/api/audit?limit=200").expect(200).text())
        .contains("destination.create", "destination.update")
        .doesNotContain("hush-hush");
    admin.delete(path).expect(204);
    admin.get(path).expect(404);
  }

  @Test
  void aDestinationIsOneOfThreeThings() {
    assertThat(admin.post("/api/destinations", "{\"name\":\"none\"}").expect(422).text())
        .contains("exactly one of local, s3 and sftp");
    assertThat(
            admin
                .post(
                    "/api/destinations",
                    "{\"name\":\"two\",\"local\":{\"path\":\"x\"},\"sftp\":{\"host\":\"h\",\"user\":\"u\",\"directory\":\"d\"}}")
                .expect(422)
                .fields())
        .containsExactly("sftp");
    assertThat(
            admin
                .post("/api/destinations", "{\"name\":\"up\",\"local\":{\"path\":\"a/../../b\"}}")
                .expect(422)
                .fields())
        .containsExactly("local.path");
    assertThat(
            admin
                .post(
                    "/api/destinations",
                    "{\"name\":\"open\",\"sftp\":{\"host\":\"h\",\"user\":\"u\",\"directory\":\"d\"}}")
                .expect(422)
                .fields())
        .containsExactly("sftp.password");
    assertThat(
            admin
                .patch("/api/destinations/local", "{\"s3\":{\"bucket\":\"bbb\"}}")
                .expect(422)
                .fields())
        .containsExactly("s3");
  }

  @Test
  void aCheckTellsWhatTheBackupServiceFound() {
    service.verdict = new Checked(false, "destination_denied", "No.", "Ask.");
    Answer said = admin.post("/api/destinations/local/check", null).expect(200);
    assertThat(said.json().getBoolean("ok")).isFalse();
    assertThat(said.string("code")).isEqualTo("destination_denied");
    service.verdict = new Checked(true, null, null, null);
    assertThat(
            admin.post("/api/destinations/local/check", null).expect(200).json().getBoolean("ok"))
        .isTrue();
    admin.post("/api/destinations/dst_none/check", null).expect(404);
  }

  // ---- schedules

  @Test
  void aScheduleTellsItsNextThreeTimes() {
    Answer made =
        admin
            .post(
                "/api/backup-schedules",
                "{\"name\":\"nightly\",\"databaseId\":\"%s\",\"cron\":\"30 2 * * *\",\"timeZone\":\"Europe/Berlin\",\"keepDays\":30}"
                    .formatted(database))
            .expect(201);
    assertThat(made.json().getJsonArray("nextTimes")).hasSize(3);
    assertThat(made.json().getJsonArray("nextTimes").getString(0))
        .isEqualTo(made.string("nextRunAt"));
    String path = "/api/backup-schedules/" + made.string("id");
    Answer changed =
        admin.patch(path, "{\"keepDays\":null,\"keepCount\":5}", "If-Match", "*").expect(200);
    assertThat(changed.json().getValue("keepDays")).isNull();
    assertThat(changed.json().getInteger("keepCount")).isEqualTo(5);
    assertThat(
            admin.patch(path, "{\"enabled\":false}").expect(200).json().getJsonArray("nextTimes"))
        .isEmpty();
    assertThat(admin.get("/api/backup-schedules?databaseId=" + database).expect(200).items())
        .hasSize(1);
    admin.delete(path).expect(204);
    admin.get(path).expect(404);
  }

  @Test
  void aBadCronNamesTheFieldAndShowsAnExample() {
    Answer refused =
        admin
            .post(
                "/api/backup-schedules",
                "{\"name\":\"x\",\"databaseId\":\"%s\",\"cron\":\"25 * *\"}".formatted(database))
            .expect(422);
    assertThat(refused.fields()).containsExactly("cron");
    assertThat(refused.text()).contains("'0 2 * * *'");
    assertThat(
            admin
                .post(
                    "/api/backup-schedules",
                    "{\"name\":\"x\",\"databaseId\":\"%s\",\"cron\":\"0 2 * * *\",\"timeZone\":\"Mars\"}"
                        .formatted(database))
                .expect(422)
                .fields())
        .containsExactly("timeZone");
    assertThat(
            admin
                .post("/api/backup-schedules", "{\"name\":\"x\",\"cron\":\"0 2 * * *\"}")
                .expect(422)
                .fields())
        .containsExactly("databaseId");
    admin
        .post(
            "/api/backup-schedules",
            "{\"name\":\"x\",\"databaseId\":\"db_none\",\"cron\":\"0 2 * * *\"}")
        .expect(404);
  }

  // ---- backups

  @Test
  void aBackupIsAskedForOncePerIdempotencyKey() {
    String body = "{\"databaseId\":\"" + database + "\"}";
    Answer made = admin.post("/api/backups", body, "Idempotency-Key", "bk-1").expect(202);
    Answer same = admin.post("/api/backups", body, "Idempotency-Key", "bk-1").expect(202);
    assertThat(same.string("id")).isEqualTo(made.string("id"));
    assertThat(made.header("Location")).isEqualTo("/api/backups/" + made.string("id"));
    assertThat(made.string("status")).isEqualTo("pending");
    assertThat(admin.get("/api/backups?databaseId=" + database).expect(200).items()).hasSize(1);
    String path = "/api/backups/" + made.string("id");
    assertThat(admin.post(path + "/cancel", null).expect(202).string("status"))
        .isEqualTo("cancelled");
    admin.post(path + "/cancel", null).expect(409);
    admin.post(path + "/verify", null).expect(409);
  }

  @Test
  void whatCannotBeReadIsRefusedBeforeAnythingIsWritten() {
    admin.post("/api/backups", "{\"databaseId\":\"db_none\"}").expect(404);
    assertThat(
            admin
                .post(
                    "/api/backups",
                    "{\"databaseId\":\"" + database + "\",\"destinationId\":\"dst_none\"}")
                .expect(422)
                .fields())
        .containsExactly("destinationId");
    assertThat(
            admin
                .post("/api/backups", "{\"databaseId\":\"" + database + "\",\"platform\":true}")
                .expect(422)
                .text())
        .contains("exactly one");
    GATEWAY
        .database()
        .query("update databases set stopped = true where id = $1", database.value())
        .await();
    assertThat(
            admin
                .post("/api/backups", "{\"databaseId\":\"" + database + "\"}")
                .expect(409)
                .string("code"))
        .isEqualTo("database_stopped");
  }

  @Test
  void aLongPollAnswersWhenTheBackupHasEnded() {
    BackupId id = asked();
    GATEWAY.vertx().setTimer(700, due -> Thread.ofVirtual().start(() -> verified(id)));
    assertThat(admin.get("/api/backups/" + id + "?wait=20").expect(200).string("status"))
        .isEqualTo("verified");
  }

  @Test
  void aPinnedBackupAndTheLastVerifiedOneAreNotRemovedByMistake() {
    BackupId id = verified(asked());
    String path = "/api/backups/" + id;
    assertThat(admin.patch(path, "{\"pinned\":true}").expect(200).json().getBoolean("pinned"))
        .isTrue();
    assertThat(admin.delete(path).expect(409).string("code")).isEqualTo("backup_pinned");
    admin.patch(path, "{\"pinned\":false}").expect(200);
    assertThat(admin.delete(path).expect(409).string("code")).isEqualTo("last_verified_backup");
    assertThat(admin.delete(path + "?force=true").expect(202).string("removedAt")).isNotNull();
    admin.get(path + "/content").expect(409);
  }

  // ---- content

  @Test
  void aBackupIsDownloadedWholeAndInRanges() {
    byte[] file = random(3 * 1024 * 1024 + 17);
    BackupId id = stored(file);
    HttpResponse<byte[]> whole = download(id);
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.body()).isEqualTo(file);
    assertThat(whole.headers().firstValue("Accept-Ranges")).contains("bytes");
    HttpResponse<byte[]> rest = download(id, "Range", "bytes=1048000-");
    assertThat(rest.statusCode()).isEqualTo(206);
    assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(file, 1_048_000, file.length));
    assertThat(rest.headers().firstValue("Content-Range"))
        .contains("bytes 1048000-" + (file.length - 1) + "/" + file.length);
    assertThat(download(id, "Range", "bytes=-5").body())
        .isEqualTo(Arrays.copyOfRange(file, file.length - 5, file.length));
    assertThat(download(id, "Range", "bytes=5-9", "If-Range", "\"another\"").statusCode())
        .isEqualTo(200);
    Answer outside = admin.get("/api/backups/" + id + "/content", "Range", "bytes=99999999-");
    assertThat(outside.expect(416).header("Content-Range")).isEqualTo("bytes */" + file.length);
    assertThat(admin.get("/api/audit?limit=200").expect(200).text()).contains("backup.download");
  }

  @Test
  void whoeverReadsSlowlyIsWaitedFor() throws IOException {
    byte[] file = random(24 * 1024 * 1024);
    BackupId id = stored(file);
    service.reads.set(0);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(admin.base() + "/api/backups/" + id + "/content"))
            .header("x-api-key", admin.key())
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      var response = http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream()).join();
      try (var body = response.body()) {
        body.readNBytes(1);
        // What the client's and the system's buffers take is on its way; the rest is not read yet.
        org.awaitility.Awaitility.await()
            .during(java.time.Duration.ofMillis(500))
            .until(() -> service.reads.get() < 24);
        assertThat(body.readAllBytes()).hasSize(file.length - 1);
      }
    }
    assertThat(service.reads.get()).isEqualTo(24);
  }

  // ---- uploads

  @Test
  void aDumpIsPassedOnInPartsAndBecomesABackup() {
    byte[] dump = random(2 * 1024 * 1024 + 1234);
    Answer made =
        admin
            .post(
                "/api/backups/uploads?engine=postgresql&version=17&name=old",
                dump,
                "Content-Type",
                "application/octet-stream")
            .expect(202);
    assertThat(service.sent()).isEqualTo(dump);
    assertThat(service.parts).hasSize(3).allMatch(size -> size <= 1 << 20);
    assertThat(made.string("trigger")).isEqualTo("import");
    assertThat(made.string("status")).isEqualTo("stored");
    assertThat(made.string("subjectName")).isEqualTo("old");
    assertThat(made.json().getValue("databaseId")).isNull();
  }

  @Test
  void aDumpThatIsNotTakenInLeavesNothing() {
    service.refusal = new Problem(
            422,
            "dump_compressed",
            "No",
            "The dump is compressed.",
            "Unpack it.",
            List.of(),
            null);
    try {
      service.abandoned.clear();
      Answer refused =
          admin.post(
              "/api/backups/uploads?databaseId=" + database,
              random(1 << 21),
              "Content-Type",
              "application/octet-stream");
      assertThat(refused.expect(422).string("code")).isEqualTo("dump_compressed");
      assertThat(service.abandoned).hasSize(1);
      assertThat(admin.get("/api/backups?databaseId=" + database).expect(200).items()).isEmpty();
    } finally {
      service.refusal = null;
    }
  }

  @Test
  void whatADumpIsOfMustBeSaid() {
    assertThat(
            admin
                .post(
                    "/api/backups/uploads",
                    new byte[] {1},
                    "Content-Type",
                    "application/octet-stream")
                .expect(422)
                .fields())
        .containsExactly("engine");
  }

  // ---- keys

  @Test
  void theKeyOfABackupIsShownByAnAuditedCallAlone() {
    BackupKeyStore keys = new BackupKeyStore(GATEWAY.database(), new PlainVault());
    String key = keys.current().await().id();
    BackupId id = verified(asked());
    assertThat(admin.get("/api/backups/" + id + "/key").expect(409).string("code"))
        .isEqualTo("backup_not_sealed");
    GATEWAY
        .database()
        .query(
            "update backups set manifest = manifest || jsonb_build_object('keyId', $2::text) where id = $1",
            id.value(),
            key)
        .await();
    Answer shown = admin.get("/api/backups/" + id + "/key").expect(200);
    assertThat(shown.string("id")).isEqualTo(key);
    assertThat(admin.get("/api/audit?limit=200").expect(200).text())
        .contains("backup-key.reveal")
        .doesNotContain(shown.string("key"));
    GATEWAY.client("write").get("/api/backups/" + id + "/key").expect(403);
    Answer rotated = admin.post("/api/backup-keys/rotate", null).expect(200);
    assertThat(rotated.items().getJsonObject(0).getString("id")).isNotEqualTo(key);
    assertThat(rotated.items().getJsonObject(0).getValue("retiredAt")).isNull();
    assertThat(rotated.text()).doesNotContain(shown.string("key"));
  }

  // ---- restores

  @Test
  void aBackupBecomesANewDatabase() {
    BackupId id = verified(asked());
    String name = "copy-" + NAMES.incrementAndGet();
    Answer made =
        admin
            .post(
                "/api/restores",
                "{\"backupId\":\"%s\",\"into\":{\"name\":\"%s\"},\"only\":[\"public.a\"]}"
                    .formatted(id, name))
            .expect(202);
    assertThat(made.string("status")).isEqualTo("waiting");
    assertThat(made.json().getBoolean("inPlace")).isFalse();
    assertThat(
            GATEWAY
                .database()
                .one(
                    """
                    select w.input->>'restoreId' from databases d
                      join database_work w on w.database_id = d.id where d.name = $1
                    """,
                    row -> row.getString(0),
                    name)
                .await())
        .isEqualTo(made.string("id"));
    assertThat(admin.get("/api/restores?backupId=" + id).expect(200).items()).hasSize(1);
    assertThat(
            admin
                .post("/api/restores/" + made.string("id") + "/cancel", null)
                .expect(202)
                .string("status"))
        .isEqualTo("cancelled");
  }

  @Test
  void aBackupIsPutBackByTheWorkOfItsDatabase() {
    BackupId id = verified(asked());
    Answer made =
        admin
            .post(
                "/api/restores",
                "{\"backupId\":\"%s\",\"databaseId\":\"%s\"}".formatted(id, database))
            .expect(202);
    assertThat(made.json().getBoolean("inPlace")).isTrue();
    assertThat(
            GATEWAY
                .database()
                .one(
                    "select kind from database_work where database_id = $1",
                    row -> row.getString(0),
                    database.value())
                .await())
        .isEqualTo("restore");
    assertThat(
            admin
                .post(
                    "/api/restores",
                    "{\"backupId\":\"%s\",\"databaseId\":\"%s\"}".formatted(id, database))
                .expect(409)
                .string("code"))
        .isEqualTo("database_busy");
  }

  @Test
  void whatDoesNotRestoreIsRefused() {
    BackupId failed = BackupSamples.failed(GATEWAY.database(), asked());
    admin
        .post(
            "/api/restores",
            "{\"backupId\":\"%s\",\"databaseId\":\"%s\"}".formatted(failed, database))
        .expect(409);
    admin.post("/api/restores", "{\"backupId\":\"" + failed + "\"}").expect(422);
    admin
        .post("/api/restores", "{\"backupId\":\"bak_none\",\"databaseId\":\"" + database + "\"}")
        .expect(404);
  }

  // ---- alarms and who sees what

  @Test
  void alarmsAreShownToThoseWhoseThingsTheyAreAbout() {
    People people = new People(GATEWAY);
    String mine = people.project("alarmed-" + NAMES.incrementAndGet());
    String other = people.project("calm-" + NAMES.incrementAndGet());
    new AlarmStore(GATEWAY.database())
        .settle(
            List.of("backup_failed", "destination_unreachable"),
            List.of(
                new AlarmStore.Finding(
                    "backup_failed", "database:db_x", mine, "It failed.", "Look."),
                new AlarmStore.Finding(
                    "destination_unreachable", "destination:local", null, "Gone.", "Look.")))
        .await();
    assertThat(alarms(admin)).contains("backup_failed", "destination_unreachable");
    assertThat(alarms(people.session(people.somebody(Role.VIEWER, mine))))
        .containsExactly("backup_failed");
    assertThat(alarms(people.session(people.somebody(Role.OWNER, other)))).isEmpty();
    assertThat(alarms(people.session(people.somebody(Role.VIEWER, null))))
        .contains("backup_failed", "destination_unreachable");
    assertThat(GATEWAY.nobody().get("/api/health").json().getInteger("openAlarms"))
        .isGreaterThanOrEqualTo(2);
  }

  private static List<String> alarms(Client client) {
    return client.get("/api/alarms?open=true").expect(200).items().stream()
        .map(alarm -> ((io.vertx.core.json.JsonObject) alarm).getString("code"))
        .toList();
  }

  @Test
  void othersBackupsAreNotThere() {
    People people = new People(GATEWAY);
    String other = people.project("others-" + NAMES.incrementAndGet());
    Client stranger = people.session(people.somebody(Role.OWNER, other));
    BackupId id = verified(asked());
    stranger.get("/api/backups/" + id).expect(404);
    stranger.get("/api/backups/" + id + "/content").expect(404);
    stranger.post("/api/backups", "{\"databaseId\":\"" + database + "\"}").expect(404);
    stranger
        .post(
            "/api/restores",
            "{\"backupId\":\"%s\",\"into\":{\"name\":\"stolen\",\"projectId\":\"%s\"}}"
                .formatted(id, other))
        .expect(404);
    stranger.post("/api/backups", "{\"platform\":true}").expect(403);
    assertThat(stranger.get("/api/backups").expect(200).items()).isEmpty();
    // Looking is not having: a dump holds all the data.
    Client viewer = people.session(people.somebody(Role.VIEWER, null));
    viewer.get("/api/backups/" + id).expect(200);
    viewer.get("/api/backups/" + id + "/content").expect(403);
  }

  private BackupId asked() {
    return BackupSamples.asked(GATEWAY.database(), database, BackupTrigger.MANUAL);
  }

  private static BackupId verified(BackupId id) {
    return BackupSamples.verified(GATEWAY.database(), id, "0123456789ab");
  }

  private BackupId stored(byte[] file) {
    BackupId id = verified(asked());
    service.file = file;
    BackupStore.verified(GATEWAY.database(), id, BackupSamples.manifest(file.length, "cc")).await();
    return id;
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private HttpResponse<byte[]> download(BackupId id, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(admin.base() + "/api/backups/" + id + "/content"))
            .header("x-api-key", admin.key());
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new AssertionError("not downloaded", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static String s3(String secret) {
    return """
    {"name":"offsite-%d","s3":{"endpoint":"https://s3.example.org","bucket":"backups",
      "accessKey":"AKIA","secretKey":"%s"}}
    """
        .formatted(NAMES.incrementAndGet(), secret);
  }
}
