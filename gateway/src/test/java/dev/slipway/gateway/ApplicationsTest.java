package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gateway.Client.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ApplicationsTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final String REPOSITORY = "https://git.example.org/me/site.git";

  @Test
  void theShortFormOfTheFoundingDocumentsIsUnderstood() {
    Answer made =
        GATEWAY
            .admin()
            .post(
                "/api/applications",
                new JsonObject()
                    .put("name", "short")
                    .put("repository", REPOSITORY)
                    .put("branch", "main")
                    .put("buildCommand", "npm run build")
                    .put("startCommand", "npm run start")
                    .put("domain", "Short.Example.org")
                    .put(
                        "environment",
                        new JsonObject().put("NODE_ENV", "production").put("API_TOKEN", "x")))
            .expect(201);

    assertThat(made.json().getJsonObject("build").getString("buildCommand"))
        .isEqualTo("npm run build");
    assertThat(made.string("startCommand")).isEqualTo("npm run start");
    assertThat(made.json().getJsonArray("domains")).containsExactly("short.example.org");
    assertThat(made.string("url")).isEqualTo("http://short.example.org:8080");
    assertThat(made.json().getJsonArray("urls"))
        .contains("http://short.127.0.0.1.sslip.io:8080", "http://short.localhost:8080");
    assertThat(made.string("projectName")).isEqualTo("default");
    assertThat(made.string("status")).isEqualTo("idle");
    assertThat(made.header("Location")).isEqualTo("/api/applications/" + made.string("id"));

    JsonArray variables =
        GATEWAY.admin().get(made.header("Location") + "/environment").expect(200).items();
    assertThat(variables).hasSize(2);
    assertThat(variables.getJsonObject(0).getString("key")).isEqualTo("API_TOKEN");
    assertThat(variables.getJsonObject(0).getBoolean("secret")).isTrue();
    assertThat(variables.getJsonObject(0).getString("value")).isNull();
    assertThat(variables.getJsonObject(1).getString("value")).isEqualTo("production");
  }

  @Test
  void aPatchChangesWhatIsNamedAndNullBringsTheDefaultBack() {
    String path = application("patched");
    GATEWAY
        .admin()
        .patch(
            path,
            new JsonObject()
                .put("port", 8081)
                .put("healthCheck", new JsonObject().put("path", "/up").put("retries", 5))
                .put("resources", new JsonObject().put("memoryMb", 256)))
        .expect(200);
    JsonObject changed =
        GATEWAY
            .admin()
            .patch(
                path,
                new JsonObject()
                    .putNull("port")
                    .put("healthCheck", new JsonObject().putNull("retries")))
            .expect(200)
            .json();

    assertThat(changed.getInteger("port")).isEqualTo(3000);
    assertThat(changed.getJsonObject("healthCheck").getString("path")).isEqualTo("/up");
    assertThat(changed.getJsonObject("healthCheck").getInteger("retries")).isEqualTo(3);
    assertThat(changed.getJsonObject("resources").getInteger("memoryMb")).isEqualTo(256);
    assertThat(changed.getString("repository")).isEqualTo(REPOSITORY);
  }

  @Test
  void ofTwoEditsOfOneVersionTheSecondIsRefusedUnlessItOverrides() {
    String path = application("edited");
    String version = GATEWAY.admin().get(path).header("ETag");
    JsonObject edit = new JsonObject().put("port", 4000);
    GATEWAY.admin().patch(path, edit, "If-Match", version).expect(200);

    GATEWAY.admin().patch(path, edit, "If-Match", version).expect(412);
    GATEWAY.admin().patch(path, edit, "If-Match", "\"nonsense\"").expect(412);
    GATEWAY.admin().patch(path, edit, "If-Match", "*").expect(200);
    GATEWAY.admin().delete(path, "If-Match", version).expect(412);
  }

  @Test
  void namesAndDomainsBelongToOneApplication() {
    application("taken");
    GATEWAY.admin().post("/api/applications", described("taken")).expect(409);
    GATEWAY
        .admin()
        .post("/api/applications", described("one").put("domain", "one.example.org"))
        .expect(201);
    Answer refused =
        GATEWAY
            .admin()
            .post("/api/applications", described("two").put("domain", "ONE.example.org"))
            .expect(409);

    assertThat(refused.string("code")).isEqualTo("domain_taken");
    assertThat(GATEWAY.admin().get("/api/applications?q=two").items()).isEmpty();
  }

  @Test
  void theSameKeyWithTheSameRequestMakesOneApplication() {
    JsonObject once = described("once");
    Answer first =
        GATEWAY.admin().post("/api/applications", once, "Idempotency-Key", "k1").expect(201);
    Answer again =
        GATEWAY.admin().post("/api/applications", once, "Idempotency-Key", "k1").expect(201);
    Answer other =
        GATEWAY
            .admin()
            .post("/api/applications", described("other"), "Idempotency-Key", "k1")
            .expect(409);

    assertThat(again.string("id")).isEqualTo(first.string("id"));
    assertThat(other.string("code")).isEqualTo("idempotency_key_reused");
  }

  @Test
  void aKeyWhoseRequestFailedIsFreeAgain() {
    application("busy");
    GATEWAY
        .admin()
        .post("/api/applications", described("busy"), "Idempotency-Key", "k2")
        .expect(409);
    GATEWAY
        .admin()
        .post("/api/applications", described("free"), "Idempotency-Key", "k2")
        .expect(201);
  }

  @Test
  void listsAreReadPageByPageAndSeeEveryItemOnce() {
    Answer project =
        GATEWAY.admin().post("/api/projects", new JsonObject().put("name", "many")).expect(201);
    for (int i = 0; i < 5; i++) {
      GATEWAY
          .admin()
          .post("/api/applications", described("many-" + i).put("projectId", project.string("id")))
          .expect(201);
    }
    JsonArray names = new JsonArray();
    String cursor = "";
    do {
      JsonObject page =
          GATEWAY
              .admin()
              .get("/api/applications?limit=2&projectId=" + project.string("id") + cursor)
              .expect(200)
              .json();
      page.getJsonArray("items").forEach(item -> names.add(((JsonObject) item).getString("name")));
      cursor =
          page.getString("nextCursor") == null ? "" : "&cursor=" + page.getString("nextCursor");
    } while (!cursor.isEmpty());

    assertThat(names).containsExactly("many-0", "many-1", "many-2", "many-3", "many-4");
    GATEWAY.admin().delete("/api/projects/" + project.string("id")).expect(409);
  }

  @Test
  void stoppingStartingAndScalingAreWantedAtOnce() {
    String path = application("wanted");

    assertThat(GATEWAY.admin().post(path + "/stop", null).expect(202).json().getBoolean("stopped"))
        .isTrue();
    assertThat(GATEWAY.admin().post(path + "/stop", null).expect(202).json().getBoolean("stopped"))
        .isTrue();
    assertThat(GATEWAY.admin().post(path + "/start", null).expect(202).json().getBoolean("stopped"))
        .isFalse();
    Answer scaled =
        GATEWAY.admin().post(path + "/scale", new JsonObject().put("replicas", 3)).expect(202);
    assertThat(scaled.json().getInteger("replicas")).isEqualTo(3);
    assertThat(GATEWAY.admin().post(path + "/restart", null).expect(409).string("code"))
        .isEqualTo("nothing_deployed");
  }

  @Test
  void aDeletedApplicationIsGoneAndItsNameFree() {
    String path = application("doomed");
    GATEWAY.admin().post(path + "/deployments", null).expect(202);
    GATEWAY.admin().delete(path).expect(204);

    GATEWAY.admin().get(path).expect(404);
    GATEWAY.admin().delete(path).expect(404);
    GATEWAY.admin().post(path + "/deployments", null).expect(404);
    GATEWAY.admin().get(path + "/environment").expect(404);
    GATEWAY.admin().get(path + "/releases").expect(404);
    GATEWAY.admin().get(path + "/logs").expect(404);
    application("doomed");
  }

  @Test
  void projectsAreMadeRenamedAndRemoved() {
    Answer made =
        GATEWAY.admin().post("/api/projects", new JsonObject().put("name", "shop")).expect(201);
    String path = made.header("Location");
    GATEWAY.admin().post("/api/projects", new JsonObject().put("name", "shop")).expect(409);
    String version = GATEWAY.admin().get(path).expect(200).header("ETag");
    GATEWAY
        .admin()
        .patch(path, new JsonObject().put("name", "store"), "If-Match", version)
        .expect(200);

    GATEWAY
        .admin()
        .patch(path, new JsonObject().put("name", "other"), "If-Match", version)
        .expect(412);
    GATEWAY.admin().post("/api/projects", new JsonObject().put("name", "shop")).expect(201);
    GATEWAY.admin().patch(path, new JsonObject().put("name", "shop")).expect(409);
    GATEWAY.admin().delete(path).expect(204);
    GATEWAY.admin().get(path).expect(404);
    assertThat(GATEWAY.admin().get("/api/projects").expect(200).items()).isNotEmpty();
  }

  @Test
  void everyChangeIsNotedWithWhoMadeIt() {
    String path = application("audited");
    GATEWAY.admin().patch(path, new JsonObject().put("port", 4001)).expect(200);

    var noted =
        GATEWAY
            .database()
            .list(
                "select action from audit where actor = 'test' and subject = $1 order by id",
                row -> row.getString(0),
                path.substring(path.lastIndexOf('/') + 1))
            .await();
    assertThat(noted).containsExactly("application.create", "application.update");
  }

  private static JsonObject described(String name) {
    return new JsonObject().put("name", name).put("repository", REPOSITORY);
  }

  private static String application(String name) {
    return GATEWAY
        .admin()
        .post("/api/applications", described(name))
        .expect(201)
        .header("Location");
  }
}
