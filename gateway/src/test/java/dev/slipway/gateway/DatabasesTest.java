package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.database.DatabaseContract;
import dev.slipway.contracts.database.DatabaseContract.Connections;
import dev.slipway.contracts.database.DatabaseContract.Insights;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.people.Role;
import dev.slipway.gateway.Client.Answer;
import dev.slipway.store.Samples;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabasesTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final AtomicInteger NAMES = new AtomicInteger();

  private static String fresh() {
    return "db-" + NAMES.incrementAndGet();
  }

  private static JsonObject postgres(String name) {
    return new JsonObject().put("name", name).put("engine", "postgresql");
  }

  private static Answer created(JsonObject body) {
    return GATEWAY.admin().post("/api/databases", body).expect(202);
  }

  private static String path(Answer database) {
    return "/api/databases/" + database.string("id");
  }

  private static long counted(String sql, String argument) {
    return GATEWAY.database().one(sql, argument).await().getLong(0);
  }

  /** As its saga would tell it. */
  private static void workEnds(Answer database) {
    GATEWAY
        .database()
        .query(
            "update database_work set status = 'success', completed_at = now() where database_id = $1",
            database.string("id"))
        .await();
    GATEWAY
        .database()
        .query(
            "update databases set status = 'running', node_id = 'n1' where id = $1",
            database.string("id"))
        .await();
  }

  @Test
  void aDatabaseIsRowWorkAndSagaAtOnceAndItsPasswordIsNowhere() {
    Answer made = created(postgres(fresh()).put("settings", Map.of("max_connections", "50")));
    String id = made.string("id");

    assertThat(made.string("status")).isEqualTo("creating");
    assertThat(made.string("version")).isEqualTo("17");
    assertThat(made.json().getJsonObject("settings").getString("max_connections")).isEqualTo("50");
    assertThat(made.json().getJsonObject("work").getString("kind")).isEqualTo("create");
    assertThat(made.header("Location"))
        .isEqualTo(path(made) + "/work/" + made.json().getJsonObject("work").getString("id"));
    assertThat(GATEWAY.admin().get(made.header("Location")).expect(200).string("status"))
        .isEqualTo("pending");
    assertThat(
            counted(
                "select count(*) from sagas where subject = $1 and kind = 'database-create'", id))
        .isOne();
    assertThat(
            counted(
                "select count(*) from audit where action = 'database.create' and subject = $1", id))
        .isOne();
    assertThat(made.text()).doesNotContain("password");
  }

  @Test
  void anIdempotencyKeyMakesOneDatabase() {
    JsonObject body = postgres(fresh());
    Answer first =
        GATEWAY.admin().post("/api/databases", body, "Idempotency-Key", "k-" + body).expect(202);
    Answer again =
        GATEWAY.admin().post("/api/databases", body, "Idempotency-Key", "k-" + body).expect(202);

    assertThat(again.string("id")).isEqualTo(first.string("id"));
  }

  @Test
  void theConnectionIsMaskedAndRevealedToAnAdminWhoAsksWhichIsNoted() {
    Answer made = created(postgres(fresh()).put("user", "shop").put("database", "orders"));
    String name = made.string("name");

    Answer masked = GATEWAY.client("read").get(path(made) + "/connection").expect(200);
    Answer shown = GATEWAY.admin().get(path(made) + "/connection?reveal=true").expect(200);

    assertThat(masked.string("url")).isEqualTo("postgresql://shop:****@" + name + ":5432/orders");
    assertThat(masked.json().getString("password")).isNull();
    assertThat(masked.string("reference")).isEqualTo("${{db." + name + ".url}}");
    assertThat(shown.string("password")).matches("[A-Za-z0-9_-]{32}");
    assertThat(shown.string("url")).contains(shown.string("password"));
    GATEWAY.client("write").get(path(made) + "/connection?reveal=true").expect(403);
    assertThat(
            counted(
                "select count(*) from audit where action = 'database.reveal' and subject = $1",
                made.string("id")))
        .isOne();
  }

  @Test
  void applicationsAndDatabasesShareTheirNames() {
    Application shop = Samples.application(GATEWAY.database());
    Answer taken = GATEWAY.admin().post("/api/databases", postgres(shop.name())).expect(409);
    Answer made = created(postgres(fresh()));
    Answer both =
        GATEWAY
            .admin()
            .post(
                "/api/applications",
                new JsonObject().put("name", made.string("name")).putNull("repository"))
            .expect(409);

    assertThat(taken.string("code")).isEqualTo("name_taken");
    assertThat(taken.string("detail")).contains("An application named '" + shop.name() + "'");
    assertThat(both.string("detail")).contains("A database named '" + made.string("name") + "'");
    GATEWAY.admin().post("/api/databases", postgres(made.string("name"))).expect(409);
  }

  @Test
  void everyMistakeIsNamed() {
    assertThat(refused(postgres(fresh()).put("version", "12"))).containsExactly("version");
    assertThat(refused(postgres("Main"))).containsExactly("name");
    assertThat(refused(postgres(fresh()).put("settings", Map.of("port", "1"))))
        .containsExactly("settings.port");
    assertThat(refused(postgres(fresh()).put("externalPort", 80))).containsExactly("externalPort");
    assertThat(refused(postgres(fresh()).put("engine", "oracle"))).containsExactly("engine");
    assertThat(refused(postgres(fresh()).put("engine", "redis").put("user", "ada")))
        .containsExactly("user");
    assertThat(refused(postgres(fresh()).put("from", new JsonObject().put("backupId", "bak_0"))))
        .containsExactly("from.backupId");
  }

  private static List<String> refused(JsonObject body) {
    return GATEWAY.admin().post("/api/databases", body).expect(422).fields();
  }

  @Test
  void oneWorkAtATimeAndAnotherIsAConflict() {
    Answer made = created(postgres(fresh()));
    assertThat(GATEWAY.admin().post(path(made) + "/restart", null).expect(409).string("code"))
        .isEqualTo("database_busy");
    workEnds(made);

    Answer stopping = GATEWAY.client("deploy").post(path(made) + "/stop", null).expect(202);

    assertThat(stopping.json().getJsonObject("work").getString("kind")).isEqualTo("stop");
    assertThat(GATEWAY.admin().get(path(made) + "/work").expect(200).items()).hasSize(2);
    GATEWAY.admin().get(path(made) + "/work?limit=1").expect(200);
    Answer cancelled =
        GATEWAY.admin().post(stopping.header("Location") + "/cancel", null).expect(202);
    assertThat(cancelled.string("status")).isEqualTo("cancelled");
    assertThat(GATEWAY.admin().get(path(made)).expect(200).json().getJsonObject("work")).isNull();
    GATEWAY.admin().post(stopping.header("Location") + "/cancel", null).expect(409);
    created(postgres(fresh()));
    GATEWAY.admin().get(path(created(postgres(fresh()))) + "/work/" + workId(stopping)).expect(404);
  }

  private static String workId(Answer database) {
    return database.json().getJsonObject("work").getString("id");
  }

  @Test
  void aChangeIsWorkUnlessItChangesNothing() {
    Answer made = created(postgres(fresh()).put("resources", Map.of("memoryMb", 256)));
    workEnds(made);
    String etag = GATEWAY.admin().get(path(made)).expect(200).header("ETag");
    JsonObject change = new JsonObject().put("resources", Map.of("cpus", 0.5));

    GATEWAY
        .admin()
        .patch(path(made), new JsonObject().put("resources", Map.of("memoryMb", 256)))
        .expect(200);
    GATEWAY.admin().patch(path(made), change, "If-Match", "\"77\"").expect(412);
    Answer changing = GATEWAY.admin().patch(path(made), change, "If-Match", etag).expect(202);

    assertThat(changing.json().getJsonObject("work").getString("kind")).isEqualTo("change");
    JsonObject order =
        new JsonObject(
            GATEWAY
                .database()
                .one("select input::text from database_work where id = $1", workId(changing))
                .await()
                .getString(0));
    assertThat(order.getJsonObject("config").getJsonObject("resources").getInteger("memoryMb"))
        .isEqualTo(256);
    assertThat(
            counted(
                "select count(*) from audit where action = 'database.update' and subject = $1"
                    + " and after::text like '%0.5%'",
                made.string("id")))
        .isOne();
  }

  @Test
  void onlyANewerKnownVersionIsUpgradedTo() {
    Answer made = created(postgres(fresh()).put("version", "16"));
    workEnds(made);

    assertThat(upgrade(made, "15").expect(422).fields()).containsExactly("version");
    assertThat(upgrade(made, "99").expect(422).fields()).containsExactly("version");
    assertThat(upgrade(made, "17").expect(202).json().getJsonObject("work").getString("kind"))
        .isEqualTo("upgrade");
  }

  private static Answer upgrade(Answer database, String version) {
    return GATEWAY
        .admin()
        .post(path(database) + "/upgrade", new JsonObject().put("version", version));
  }

  @Test
  void whatVariablesReferToIsNotRemovedUnlessForced() {
    Application shop = Samples.application(GATEWAY.database());
    Answer made = created(postgres(fresh()).put("projectId", shop.projectId().value()));
    workEnds(made);
    GATEWAY
        .admin()
        .patch(
            "/api/applications/" + shop.id() + "/environment?deploy=false",
            new JsonObject()
                .put(
                    "set",
                    List.of(
                        Map.of(
                            "key",
                            "DATABASE_URL",
                            "value",
                            "${{db." + made.string("name") + ".url}}"))))
        .expect(200);

    Answer refused = GATEWAY.admin().delete(path(made)).expect(409);
    assertThat(refused.string("code")).isEqualTo("database_in_use");
    assertThat(refused.string("detail")).contains(shop.name());
    Answer removing =
        GATEWAY.admin().delete(path(made) + "?force=true&removeData=true").expect(202);
    assertThat(removing.json().getJsonObject("work").getString("kind")).isEqualTo("remove");
  }

  @Test
  void insightsAreAskedOfWhoeverHoldsTheHostOfTheData() {
    Answer made = created(postgres(fresh()));
    assertThat(GATEWAY.admin().get(path(made) + "/insights").expect(409).string("code"))
        .isEqualTo("database_not_running");
    workEnds(made);
    GATEWAY
        .bus()
        .answer(
            DatabaseContract.INSIGHTS.at("n1"),
            asked ->
                Future.succeededFuture(
                    new Insights(
                        "17.6",
                        8_000_000,
                        new Connections(3, 100, Map.of("idle", 2, "active", 1)),
                        "running",
                        List.of())))
        .await();

    Answer told = GATEWAY.client("read").get(path(made) + "/insights").expect(200);

    assertThat(told.json().getJsonObject("connections").getInteger("limit")).isEqualTo(100);
    GATEWAY.admin().get(path(made) + "/statistics").expect(503);
  }

  @Test
  void whatItsServerPrintsIsReadAsAnyLog() {
    Answer made = created(postgres(fresh()));
    GATEWAY
        .database()
        .query(
            "insert into log_segments(stream, first_seq, last_seq, lines) values ($1, 1, 1, $2)",
            LogStreams.of(new DatabaseId(made.string("id"))),
            Buffer.buffer(
                "{\"seq\":1,\"at\":\"2026-11-21T10:15:30.120Z\",\"stream\":\"stdout\",\"step\":null,"
                    + "\"level\":\"info\",\"line\":\"ready to accept connections\"}\n"))
        .await();

    assertThat(GATEWAY.admin().get(path(made) + "/logs").expect(200).text())
        .contains("ready to accept connections");
  }

  @Test
  void nobodySeesTheDatabasesOfAnotherProject() {
    People people = new People(GATEWAY);
    String here = people.project("dbs-here-" + fresh());
    String elsewhere = people.project("dbs-elsewhere-" + fresh());
    String id = people.database(fresh(), here);
    Client stranger = people.session(people.somebody(Role.OWNER, elsewhere));
    Client member = people.session(people.somebody(Role.VIEWER, here));

    stranger.get("/api/databases/" + id).expect(404);
    assertThat(stranger.get("/api/databases").expect(200).items()).isEmpty();
    assertThat(member.get("/api/databases").expect(200).items()).hasSize(1);
    member.post("/api/databases/" + id + "/stop", null).expect(403);
    assertThat(
            stranger
                .post(
                    "/api/databases",
                    postgres(fresh())
                        .put("projectId", elsewhere)
                        .put("from", new JsonObject().put("databaseId", id)))
                .expect(422)
                .fields())
        .containsExactly("from.databaseId");
  }

  @Test
  void aCopyBeginsWithABackupOfItsSource() {
    Answer source = created(postgres(fresh()));
    workEnds(source);
    Answer copy =
        created(
            postgres(fresh()).put("from", new JsonObject().put("databaseId", source.string("id"))));

    assertThat(counted("select count(*) from backups where subject_id = $1", source.string("id")))
        .isOne();
    assertThat(
            counted(
                "select count(*) from restores r join database_work w on w.input->>'restoreId' = r.id"
                    + " where r.target_id = $1 and r.status = 'waiting'",
                copy.string("id")))
        .isOne();
  }
}
