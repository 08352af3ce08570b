package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.database.DatabaseContract;
import dev.slipway.contracts.database.DatabaseContract.Refusal;
import dev.slipway.contracts.database.DatabaseContract.Tested;
import dev.slipway.gateway.Client.Answer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Databases whose servers are somebody else's. */
class ExternalDatabasesTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final AtomicReference<Tested> ANSWER = new AtomicReference<>();
  private static final String URL = "postgresql://ada:s3cr3t-pw@db.internal:5433/shop";

  @BeforeAll
  static void aRuntimeAsksServers() {
    GATEWAY
        .bus()
        .answer(DatabaseContract.TEST, asked -> Future.succeededFuture(ANSWER.get()))
        .await();
  }

  @BeforeEach
  void serversLetUsIn() {
    ANSWER.set(new Tested("16.4 (Debian)", 12, null));
  }

  private static String fresh() {
    return "external-" + NAMES.incrementAndGet();
  }

  private static JsonObject external(String name) {
    return new JsonObject()
        .put("name", name)
        .put("engine", "postgresql")
        .put("url", URL.replace("db.internal", "127.0.0.1"));
  }

  private static String path(Answer database) {
    return "/api/databases/" + database.string("id");
  }

  @Test
  void somebodyElsesServerIsKnownOnceItLetsUsIn() {
    Answer made = GATEWAY.admin().post("/api/databases", external(fresh())).expect(201);

    assertThat(made.json().getBoolean("external")).isTrue();
    assertThat(made.string("version")).isEqualTo("16");
    assertThat(made.string("status")).isEqualTo("external");
    assertThat(made.text()).doesNotContain("s3cr3t-pw");
    assertThat(GATEWAY.admin().get(path(made) + "/connection").expect(200).string("url"))
        .isEqualTo("postgresql://ada:****@127.0.0.1:5433/shop");
    assertThat(GATEWAY.admin().post(path(made) + "/stop", null).expect(409).string("code"))
        .isEqualTo("database_external");
    assertThat(
            GATEWAY
                .admin()
                .patch(path(made), new JsonObject().put("externalPort", 7000))
                .expect(422)
                .fields())
        .contains("externalPort");
    GATEWAY
        .admin()
        .patch(path(made), new JsonObject().put("url", URL.replace("db.internal", "127.0.0.2")))
        .expect(200);
    assertThat(GATEWAY.admin().get(path(made)).expect(200).string("host")).isEqualTo("127.0.0.2");
    GATEWAY.admin().delete(path(made)).expect(204);
    GATEWAY.admin().get(path(made)).expect(404);
  }

  @Test
  void aServerThatRefusesUsIsNotTakenAndItsTestTellsWhy() {
    ANSWER.set(
        new Tested(
            null, 40, new Refusal("login_refused", "The server refuses it.", "Correct it.")));

    Answer refused = GATEWAY.admin().post("/api/databases", external(fresh())).expect(422);
    Answer tested =
        GATEWAY
            .admin()
            .post(
                "/api/databases/connection-tests",
                new JsonObject().put("url", external("x").getString("url")))
            .expect(200);

    assertThat(refused.string("code")).isEqualTo("login_refused");
    assertThat(tested.json().getBoolean("ok")).isFalse();
    assertThat(tested.string("remedy")).isEqualTo("Correct it.");
    assertThat(refused.text() + tested.text()).doesNotContain("s3cr3t-pw");
    GATEWAY.admin().post("/api/databases?test=false", external(fresh())).expect(201);
  }

  @Test
  void aUrlIsReadWithoutEverBeingRepeated() {
    for (String wrong :
        List.of(
            "postgresql://ada:s3cr3t-pw@db/shop?channel_binding=require",
            "mongodb+srv://ada:s3cr3t-pw@db/shop",
            "postgresql://ada:s3cr3t-pw@a,b/shop",
            "postgresql://ada:s3cr3t-pw@db",
            "postgresql://ada:s3%zzt-pw@db/shop",
            "postgresql://ada:s3cr3t-pw@db/-shop",
            "postgresql://%2Dada:s3cr3t-pw@db/shop",
            "ftp://ada:s3cr3t-pw@db/shop")) {
      Answer refused =
          GATEWAY
              .admin()
              .post("/api/databases/connection-tests", new JsonObject().put("url", wrong))
              .expect(422);
      assertThat(refused.fields()).as(wrong).containsExactly("url");
      assertThat(refused.text()).as(wrong).doesNotContain("s3");
    }
    assertThat(
            GATEWAY
                .admin()
                .post(
                    "/api/databases/connection-tests",
                    new JsonObject().put("url", "mysql://a:b@127.0.0.1/c"))
                .expect(422)
                .fields())
        .containsExactly("engine");
  }

  @Test
  void somebodyElsesServerIsGivenNoPort() {
    assertThat(
            GATEWAY
                .admin()
                .post("/api/databases", external(fresh()).put("externalPort", 6000))
                .expect(422)
                .fields())
        .containsExactly("externalPort");
  }
}
