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
}
