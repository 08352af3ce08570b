package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.backup.BackupContract.Checked;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.gateway.Client.Answer;
import dev.slipway.store.BackupSamples;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where backups lie and when they are taken, as it is asked for from outside. */
class DestinationsTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static TestBackupService service = new TestBackupService();

  private final Client admin = GATEWAY.admin();
  private final DatabaseId database = BackupSamples.database(GATEWAY.database(), null);

  @BeforeAll
  static void aBackupService() {
    service = TestBackupService.at(GATEWAY.bus());
  }

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

  private static String s3(String secret) {
    return """
    {"name":"offsite-%d","s3":{"endpoint":"https://s3.example.org","bucket":"backups",
      "accessKey":"AKIA","secretKey":"%s"}}
    """
        .formatted(NAMES.incrementAndGet(), secret);
  }
}
