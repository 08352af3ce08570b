package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.gateway.Client.Answer;
import dev.slipway.store.Samples;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EnvironmentTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  @SuppressWarnings("NullAway.Init")
  private Application application;

  private String path = "";

  @BeforeEach
  void anApplication() {
    application = Samples.application(GATEWAY.database());
    path = "/api/applications/" + application.id() + "/environment";
  }

  private static JsonObject set(String key, String value) {
    return new JsonObject().put("key", key).put("value", value);
  }

  private static JsonObject item(Answer answer, String key) {
    return answer.items().stream()
        .map(JsonObject.class::cast)
        .filter(item -> item.getString("key").equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void secretsAreMaskedAndShownOnlyToAnAdminWhoAsks() {
    JsonArray items =
        new JsonArray()
            .add(set("DB_PASSWORD", "pw"))
            .add(set("LEVEL", "debug"))
            .add(set("PORT_KEY", "x").put("secret", false));
    GATEWAY.admin().put(path, new JsonObject().put("items", items)).expect(200);

    Answer masked = GATEWAY.admin().get(path).expect(200);
    assertThat(masked.text()).doesNotContain("\"pw\"");
    assertThat(item(masked, "DB_PASSWORD").getString("maskedValue")).isEqualTo("****");
    assertThat(item(masked, "LEVEL").getString("value")).isEqualTo("debug");
    assertThat(item(masked, "PORT_KEY").getBoolean("secret")).isFalse();
    Answer shown = GATEWAY.admin().get(path + "?reveal=true").expect(200);
    assertThat(item(shown, "DB_PASSWORD").getString("value")).isEqualTo("pw");
    assertThat(item(shown, "DB_PASSWORD").getString("maskedValue")).isEqualTo("****");
    GATEWAY.client("write").get(path + "?reveal=true").expect(403);
    assertThat(
            GATEWAY
                .database()
                .one(
                    "select count(*) from audit where action = 'environment.reveal' and subject = $1",
                    application.id().value())
                .await()
                .getLong(0))
        .isEqualTo(1);
  }

  @Test
  void aPatchMergesAndAnUnchangedValueMakesNoVersion() {
    GATEWAY
        .admin()
        .put(
            path,
            new JsonObject().put("items", new JsonArray().add(set("A", "1")).add(set("B", "2"))))
        .expect(200);
    Answer patched =
        GATEWAY
            .admin()
            .patch(
                path,
                new JsonObject()
                    .put("set", new JsonArray().add(set("C", "3")))
                    .put("unset", new JsonArray().add("A")))
            .expect(200);
    Answer same =
        GATEWAY
            .admin()
            .patch(path, new JsonObject().put("set", new JsonArray().add(set("C", "3"))))
            .expect(200);

    assertThat(patched.json().getInteger("version")).isEqualTo(2);
    assertThat(patched.items()).hasSize(2);
    assertThat(same.json().getInteger("version")).isEqualTo(2);
    assertThat(same.header("ETag")).isEqualTo("\"2\"");
    GATEWAY
        .admin()
        .patch(path, new JsonObject().put("unset", new JsonArray().add("B")), "If-Match", "\"1\"")
        .expect(412);
    assertThat(GATEWAY.admin().get(path + "?version=1").expect(200).items()).hasSize(2);
    assertThat(GATEWAY.admin().get(path + "/versions").expect(200).items()).hasSize(2);
  }

  @Test
  void aKeyTwiceOrInBothListsIsRefused() {
    GATEWAY
        .admin()
        .put(
            path,
            new JsonObject().put("items", new JsonArray().add(set("A", "1")).add(set("A", "2"))))
        .expect(422);
    GATEWAY
        .admin()
        .patch(
            path,
            new JsonObject()
                .put("set", new JsonArray().add(set("A", "1")))
                .put("unset", new JsonArray().add("A")))
        .expect(422);
    assertThat(
            GATEWAY
                .admin()
                .put(path, new JsonObject().put("items", new JsonArray().add(set("1A", "1"))))
                .expect(422)
                .fields())
        .containsExactly("items[0].key");
  }

  @Test
  void aFileIsImportedAsItIsMeant() {
    String file =
        """
        # a comment
        export API_TOKEN='s3cr3t # not a comment'
        PLAIN=value with words # a comment
        GREETING="hello\\nworld"
        PEM="-----BEGIN
        middle
        END-----"
        URL=${HOST}/x
        EMPTY=
        """;
    GATEWAY.admin().post(path + "/import", file, "Content-Type", "text/plain").expect(200);
    Answer shown = GATEWAY.admin().get(path + "?reveal=true").expect(200);

    assertThat(item(shown, "API_TOKEN").getString("value")).isEqualTo("s3cr3t # not a comment");
    assertThat(item(shown, "API_TOKEN").getBoolean("secret")).isTrue();
    assertThat(item(shown, "PLAIN").getString("value")).isEqualTo("value with words");
    assertThat(item(shown, "GREETING").getString("value")).isEqualTo("hello\nworld");
    assertThat(item(shown, "PEM").getString("value")).isEqualTo("-----BEGIN\nmiddle\nEND-----");
    assertThat(item(shown, "URL").getString("value")).isEqualTo("${HOST}/x");
    assertThat(item(shown, "EMPTY").getString("value")).isEmpty();
    Answer refused =
        GATEWAY
            .admin()
            .post(
                path + "/import", "A=1\nnonsense secret\nB=\"open\n", "Content-Type", "text/plain")
            .expect(422);
    assertThat(refused.fields()).containsExactly("line 2", "line 3");
    assertThat(refused.text()).doesNotContain("nonsense");
  }

  @Test
  void aChangeIsDeployedWithTheCommitThatServes() {
    Answer before =
        GATEWAY
            .admin()
            .patch(path, new JsonObject().put("set", new JsonArray().add(set("A", "1"))))
            .expect(200);
    assertThat(before.string("deploymentId")).as("nothing is deployed yet").isNull();
    Samples.serving(GATEWAY.database(), application, "v1");
    Answer left =
        GATEWAY
            .admin()
            .patch(
                path + "?deploy=false",
                new JsonObject().put("set", new JsonArray().add(set("A", "2"))))
            .expect(200);
    assertThat(left.string("deploymentId")).isNull();
    Answer changed =
        GATEWAY
            .admin()
            .patch(path, new JsonObject().put("set", new JsonArray().add(set("A", "3"))))
            .expect(200);

    Answer deployment =
        GATEWAY.admin().get("/api/deployments/" + changed.string("deploymentId")).expect(200);
    assertThat(deployment.string("trigger")).isEqualTo("environment");
    assertThat(deployment.string("commitSha")).isEqualTo("c0ffee");
  }

  @Test
  void twoVersionsAreComparedWithSecretsMasked() {
    JsonArray first =
        new JsonArray().add(set("TOKEN", "canary-1")).add(set("OLD", "o")).add(set("SAME", "s"));
    GATEWAY.admin().put(path, new JsonObject().put("items", first)).expect(200);
    JsonArray second =
        new JsonArray().add(set("TOKEN", "canary-2")).add(set("SAME", "s")).add(set("NEW", "n"));
    GATEWAY.admin().put(path, new JsonObject().put("items", second)).expect(200);

    Answer told = GATEWAY.admin().get(path + "/difference?from=1&to=2").expect(200);
    assertThat(told.text()).doesNotContain("canary");
    assertThat(told.json().getJsonArray("changes"))
        .extracting(change ->
            ((JsonObject) change).getString("key")
                + " "
                + ((JsonObject) change).getString("change")
                + " "
                + ((JsonObject) change).getString("before")
                + " "
                + ((JsonObject) change).getString("after"))
        .containsExactly("NEW added null n", "OLD removed o null", "TOKEN changed **** ****");
    GATEWAY.admin().get(path + "/difference?from=1&to=9").expect(404);
  }

  @Test
  void anExportReadsBackTheSameAndLeavesSecretsOutUnlessRevealed() {
    String odd = "it's \"quoted\" $HOME ${X} \\ and\nlong\r# not a comment";
    JsonArray items =
        new JsonArray()
            .add(set("TOKEN", "canary"))
            .add(set("ODD", odd))
            .add(set("LINES", "a\nb"))
            .add(set("EMPTY", ""));
    GATEWAY.admin().put(path, new JsonObject().put("items", items)).expect(200);

    Answer masked = GATEWAY.admin().get(path + "/export").expect(200);
    assertThat(masked.text()).doesNotContain("canary").contains("# TOKEN is a secret");
    GATEWAY.client("write").get(path + "/export?reveal=true").expect(403);
    String whole = GATEWAY.admin().get(path + "/export?reveal=true").expect(200).text();
    String other =
        "/api/applications/" + Samples.application(GATEWAY.database()).id() + "/environment";
    GATEWAY.admin().post(other + "/import", whole, "content-type", "text/plain").expect(200);
    Answer read = GATEWAY.admin().get(other + "?reveal=true").expect(200);
    assertThat(item(read, "ODD").getString("value")).isEqualTo(odd);
    assertThat(item(read, "LINES").getString("value")).isEqualTo("a\nb");
    assertThat(item(read, "EMPTY").getString("value")).isEmpty();
    assertThat(item(read, "TOKEN").getString("value")).isEqualTo("canary");
  }

  @Test
  void aProjectHasTheSameVerbs() {
    String id =
        GATEWAY
            .admin()
            .post("/api/projects", new JsonObject().put("name", "inherited"))
            .expect(201)
            .string("id");
    String project = "/api/projects/" + id + "/environment";
    Answer changed =
        GATEWAY
            .admin()
            .patch(
                project, new JsonObject().put("set", new JsonArray().add(set("TOKEN", "canary"))))
            .expect(200);
    assertThat(changed.json().getJsonArray("deploymentIds")).isEmpty();
    assertThat(GATEWAY.admin().get(project).expect(200).text()).doesNotContain("canary");
    assertThat(
            item(GATEWAY.admin().get(project + "?reveal=true").expect(200), "TOKEN")
                .getString("value"))
        .isEqualTo("canary");
    GATEWAY.admin().post(project + "/import", "A=1", "content-type", "text/plain").expect(200);
    assertThat(GATEWAY.admin().get(project + "/versions").expect(200).items()).isNotEmpty();
    assertThat(GATEWAY.admin().get(project + "/export").expect(200).text()).contains("A=1\n");
    GATEWAY.admin().get("/api/projects/no-such/environment").expect(404);
    GATEWAY.admin().put(project, new JsonObject().put("items", new JsonArray())).expect(200);
  }

  @Test
  void aRotationIsAskedForOnceAtATimeByAnAdmin() {
    GATEWAY.client("write").post("/api/secrets/rotations", null).expect(403);
    Answer asked = GATEWAY.admin().post("/api/secrets/rotations", null).expect(202);
    assertThat(asked.string("state")).isEqualTo("waiting");
    assertThat(asked.header("location")).endsWith(asked.string("id"));
    GATEWAY.admin().post("/api/secrets/rotations", null).expect(409);
    GATEWAY.admin().get("/api/secrets/rotations/" + asked.string("id")).expect(200);
    assertThat(GATEWAY.admin().get("/api/secrets/rotations").expect(200).items()).hasSize(1);
  }
}
