package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.store.Samples;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AuditTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static JsonObject newest(String action, String subject) {
    JsonArray rows =
        GATEWAY
            .admin()
            .get("/api/audit?limit=1&action=" + action + "&subject=" + subject)
            .expect(200)
            .items();
    assertThat(rows).hasSize(1);
    return rows.getJsonObject(0);
  }

  @Test
  void aChangeIsShownWithWhoFromWhereAndWhatDiffers() {
    String id = Samples.application(GATEWAY.database()).id().value();
    var answer =
        GATEWAY
            .admin()
            .send(
                "PATCH",
                "/api/applications/" + id,
                new JsonObject().put("port", 4321),
                "User-Agent",
                "auditor/1")
            .expect(200);

    JsonObject row = newest("application.update", id);
    assertThat(row.getString("address")).isEqualTo("127.0.0.1");
    assertThat(row.getString("userAgent")).isEqualTo("auditor/1");
    assertThat(row.getString("requestId")).isEqualTo(answer.header("X-Request-Id")).isNotEmpty();
    assertThat(row.getString("actor")).isEqualTo("test");
    assertThat(row.getString("actorKind")).isEqualTo("key");
    assertThat(row.getJsonObject("before").encode())
        .contains("\"port\":8080")
        .doesNotContain("name");
    assertThat(row.getJsonObject("after").encode()).contains("\"port\":4321");
  }

  @Test
  void whatIsMadeAndWhatIsRemovedIsTold() {
    String path =
        GATEWAY
            .admin()
            .post("/api/projects", new JsonObject().put("name", "short-lived"))
            .expect(201)
            .header("Location");
    String id = path.substring(path.lastIndexOf('/') + 1);
    GATEWAY.admin().delete(path).expect(204);

    JsonObject made = newest("project.create", id);
    assertThat(made.getValue("before")).isNull();
    assertThat(made.getJsonObject("after").getString("name")).isEqualTo("short-lived");
    JsonObject gone = newest("project.delete", id);
    assertThat(gone.getJsonObject("before").getString("name")).isEqualTo("short-lived");
    assertThat(gone.getValue("after")).isNull();
  }

  @Test
  void secretsAreMaskedAndARevealIsNoted() {
    Application application = Samples.application(GATEWAY.database());
    String path = "/api/applications/" + application.id() + "/environment";
    JsonObject secret =
        new JsonObject().put("key", "API_TOKEN").put("value", "canary-42").put("secret", true);
    JsonObject plain = new JsonObject().put("key", "COLOUR").put("value", "green");
    GATEWAY
        .admin()
        .put(path, new JsonObject().put("items", new JsonArray().add(secret).add(plain)))
        .expect(200);
    GATEWAY.admin().get(path + "?reveal=true").expect(200);

    JsonObject row = newest("environment.change", application.id().value());
    assertThat(row.getJsonObject("after").getString("COLOUR")).isEqualTo("green");
    assertThat(row.getJsonObject("after").getString("API_TOKEN")).startsWith("**** set 2");
    assertThat(newest("environment.reveal", application.id().value()).getString("address"))
        .isEqualTo("127.0.0.1");
    assertThat(GATEWAY.admin().get("/api/audit/export").expect(200).text())
        .doesNotContain("canary-42");
  }

  @Test
  void whoTheCallerSaysHeIsCountsOnlyFromATrustedProxy() {
    GATEWAY
        .admin()
        .send(
            "POST",
            "/api/projects",
            new JsonObject().put("name", "forged"),
            "X-Forwarded-For",
            "192.0.2.66")
        .expect(201);
    JsonArray rows = GATEWAY.admin().get("/api/audit?action=project.create").expect(200).items();
    assertThat(rows.stream().map(row -> ((JsonObject) row).getString("address")))
        .containsOnly("127.0.0.1");
  }

  @Test
  void pagesFiltersAndTimesNarrowTheList() {
    for (String name : List.of("page-a", "page-b", "page-c")) {
      GATEWAY.admin().post("/api/projects", new JsonObject().put("name", name)).expect(201);
    }
    var first = GATEWAY.admin().get("/api/audit?limit=2&action=project.create").expect(200);
    assertThat(first.items()).hasSize(2);
    var second =
        GATEWAY
            .admin()
            .get("/api/audit?limit=2&action=project.create&cursor=" + first.string("nextCursor"))
            .expect(200);
    assertThat(second.items()).isNotEmpty();
    assertThat(GATEWAY.admin().get("/api/audit?since=2999-01-01T00:00:00Z").expect(200).items())
        .isEmpty();
    assertThat(GATEWAY.admin().get("/api/audit?actor=nobody-at-all").expect(200).items()).isEmpty();
    assertThat(GATEWAY.admin().get("/api/audit?since=yesterday").expect(422).fields())
        .containsExactly("since");
  }

  @Test
  void rowsAreChainedSoonAfterTheChange() {
    String id = Samples.application(GATEWAY.database()).id().value();
    GATEWAY
        .admin()
        .patch("/api/applications/" + id, new JsonObject().put("port", 5000))
        .expect(200);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> newest("application.update", id).getLong("seq") != null);
    assertThat(newest("application.update", id).getString("hash")).hasSize(64);
    assertThat(GATEWAY.admin().get("/api/audit/key").expect(200).string("publicKey"))
        .startsWith("-----BEGIN PUBLIC KEY-----");
  }

  @Test
  void onlyAnAdminReadsIt() {
    for (String path : List.of("/api/audit", "/api/audit/export", "/api/audit/key")) {
      GATEWAY.nobody().get(path).expect(401);
      GATEWAY.client("read", "write", "deploy").get(path).expect(403);
    }
  }
}
