package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.Project;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.people.Role;
import dev.slipway.gateway.Client.Answer;
import dev.slipway.store.AlarmStore;
import dev.slipway.store.ApplicationStore;
import dev.slipway.store.BackupSamples;
import dev.slipway.store.ProjectStore;
import dev.slipway.store.RestoreStore;
import dev.slipway.store.Samples;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Backups, restores and alarms as they are asked for from outside. */
class BackupsTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final Client admin = GATEWAY.admin();
  private final DatabaseId database = BackupSamples.database(GATEWAY.database(), null);

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
  void aScheduleBeforeDeploymentsNamesAnApplicationOfTheSameProject() {
    Application shop = Samples.application(GATEWAY.database());
    Answer made = before(shop).expect(201);
    assertThat(made.string("beforeDeploymentsOf")).isEqualTo(shop.id().value());
    assertThat(made.string("cron")).isNull();
    assertThat(made.string("nextRunAt")).isNull();
    String path = "/api/backup-schedules/" + made.string("id");
    assertThat(admin.patch(path, "{\"cron\":\"0 2 * * *\"}").expect(422).fields())
        .containsExactly("cron");
    assertThat(admin.patch(path, "{\"keepCount\":3}").expect(200).string("beforeDeploymentsOf"))
        .isEqualTo(shop.id().value());

    Project elsewhere =
        new ProjectStore(GATEWAY.database()).create("apart-" + NAMES.incrementAndGet()).await();
    Application foreign =
        new ApplicationStore(GATEWAY.database())
            .create("foreign-" + NAMES.incrementAndGet(), elsewhere.id(), Samples.config())
            .await();
    assertThat(before(foreign).expect(422).fields()).containsExactly("beforeDeploymentsOf");
  }

  private Answer before(Application application) {
    return admin.post(
        "/api/backup-schedules",
        "{\"name\":\"before\",\"databaseId\":\"%s\",\"beforeDeploymentsOf\":\"%s\"}"
            .formatted(database, application.id()));
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
  void aRestoreSucceedsNowhereBeforeItsDatabaseServes() {
    BackupId id = verified(asked());
    String restore =
        admin
            .post(
                "/api/restores",
                "{\"backupId\":\"%s\",\"databaseId\":\"%s\"}".formatted(id, database))
            .expect(202)
            .string("id");
    RestoreStore.succeeded(GATEWAY.database(), restore).await();
    assertThat(told(restore)).containsExactly("running", "running");
    String listed = "/api/restores?databaseId=" + database + "&status=";
    assertThat(admin.get(listed + "success").expect(200).items()).isEmpty();
    assertThat(admin.get(listed + "running").expect(200).items()).hasSize(1);
    GATEWAY
        .database()
        .query(
            "update database_work set status = 'success', completed_at = now()"
                + " where database_id = $1",
            database.value())
        .await();
    assertThat(told(restore)).containsExactly("success", "success");
    assertThat(admin.get(listed + "success").expect(200).items()).hasSize(1);
  }

  /** What it is called alone and in the list. */
  private List<String> told(String restore) {
    return List.of(
        admin.get("/api/restores/" + restore).expect(200).string("status"),
        admin
            .get("/api/restores?databaseId=" + database)
            .expect(200)
            .items()
            .getJsonObject(0)
            .getString("status"));
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

  @Test
  void aVolumeIsReplacedOnlyWhileItsApplicationIsStoppedAndNotStartedMeanwhile() {
    var application = Samples.application(GATEWAY.database());
    String app = "/api/applications/" + application.id();
    String volume = "\"applicationId\":\"%s\",\"volume\":\"data\"".formatted(application.id());
    configure(application.id().value());
    assertThat(admin.post("/api/backups", "{" + volume + "}").expect(409).string("code"))
        .isEqualTo("volume_not_placed");
    place(application.id().value());
    String paused = "{" + volume + ",\"pauseApplication\":true}";
    BackupId id =
        verified(new BackupId(admin.post("/api/backups", paused).expect(202).string("id")));
    assertThat(admin.get("/api/backups?applicationId=" + application.id()).expect(200).items())
        .hasSize(1);
    String wish = "{\"backupId\":\"" + id + "\"," + volume + "}";
    assertThat(admin.post("/api/restores", wish).expect(409).string("code"))
        .isEqualTo("application_runs");
    admin.post(app + "/stop", null).expect(202);
    Answer made = admin.post("/api/restores", wish).expect(202);
    assertThat(made.string("status")).isEqualTo("waiting");
    assertThat(made.string("safetyBackupId")).startsWith("bak_");
    assertThat(admin.post(app + "/start", null).expect(409).string("code"))
        .isEqualTo("volume_being_restored");
    String restore = "/api/restores/" + made.string("id");
    assertThat(admin.get("/api/restores?applicationId=" + application.id()).expect(200).items())
        .hasSize(1);
    assertThat(admin.post(restore + "/cancel", null).expect(202).string("status"))
        .isEqualTo("cancelled");
    admin.post(app + "/start", null).expect(202);
  }

  @Test
  void whatDoesNotGoWithAVolumeIsRefused() {
    String ofDatabase = "\"databaseId\":\"" + database + "\",\"pauseApplication\":true";
    assertThat(admin.post("/api/backups", "{" + ofDatabase + "}").expect(422).fields())
        .containsExactly("pauseApplication");
    var application = Samples.application(GATEWAY.database()).id();
    configure(application.value());
    place(application.value());
    BackupId id = verified(asked());
    String volume = "\"applicationId\":\"%s\",\"volume\":\"data\"".formatted(application);
    assertThat(
            admin
                .post(
                    "/api/restores",
                    "{\"backupId\":\"" + id + "\"," + volume + ",\"only\":[\"a\"]}")
                .expect(422)
                .fields())
        .containsExactly("only");
    admin.post("/api/applications/" + application + "/stop", null).expect(202);
    assertThat(
            admin
                .post("/api/restores", "{\"backupId\":\"" + id + "\"," + volume + "}")
                .expect(409)
                .string("code"))
        .isEqualTo("backup_not_of_volume");
  }

  private static void configure(String application) {
    GATEWAY
        .database()
        .query(
            """
            update applications set config = jsonb_set(config, '{volumes}',
              '[{"name": "data", "path": "/data"}]') where id = $1
            """,
            application)
        .await();
  }

  private static void place(String application) {
    GATEWAY
        .database()
        .query(
            """
            insert into volumes(application_id, name, engine_name, node_id, owner, fence)
              values ($1, 'data', 'data', 'node-1', 'tester', 1)
            """,
            application)
        .await();
    serve();
  }

  private static void serve() {
    GATEWAY
        .database()
        .query(
            """
            insert into processes(id, role, version, host, node_id)
              values ('backup-1', 'backup', '1', 'here', 'node-1') on conflict do nothing
            """)
        .await();
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
    var degraded = GATEWAY.withoutBuilder().get("/api/health").expect(503).json();
    assertThat(degraded.getJsonObject("checks").getJsonObject("builder").getString("status"))
        .isEqualTo("degraded");
    assertThat(degraded.getInteger("openAlarms"))
        .as("told most of all when services are down")
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
}
