package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.Client.Answer;
import dev.slipway.platform.secrets.PlainVault;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What backups consist of, on its way out and in, and the keys they are sealed under. */
class BackupContentTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();
  private static TestBackupService service = new TestBackupService();

  private final Client admin = GATEWAY.admin();
  private final DatabaseId database = BackupSamples.database(GATEWAY.database(), null);

  @BeforeAll
  static void aBackupService() {
    service = TestBackupService.at(GATEWAY.bus());
  }

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
    service.refusal =
        new Problem(
            422, "dump_compressed", "No", "The dump is compressed.", "Unpack it.", List.of(), null);
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
}
