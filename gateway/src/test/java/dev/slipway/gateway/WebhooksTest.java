package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.store.Samples;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WebhooksTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final String COMMIT = "2".repeat(40);
  private static final JsonObject PUSH = Sender.push("main", COMMIT, "Fix the cart");

  private Application application;
  private Sender sender;

  @BeforeEach
  void make() {
    application = Samples.application(GATEWAY.database());
    sender = Sender.of(application, GATEWAY.admin());
  }

  @Test
  void aPushAsksForADeploymentOfTheBranchUnderThePushersName() {
    JsonObject receipt = sender.deliver(GATEWAY.nobody(), "d-1", PUSH).expect(202).json();

    assertThat(receipt.getString("outcome")).isEqualTo("deployed");
    JsonObject deployment =
        GATEWAY
            .admin()
            .get("/api/deployments/" + receipt.getString("deploymentId"))
            .expect(200)
            .json();
    assertThat(deployment.getString("trigger")).isEqualTo("webhook");
    assertThat(deployment.getString("actor")).isEqualTo("github:alice");
    assertThat(deployment.getString("title")).isEqualTo("Push 2222222: Fix the cart");
    assertThat(deployment.getString("commitSha")).as("the head is looked up").isNull();
    assertThat(audited("deployment.create")).containsExactly("github:alice");
  }

  @Test
  void aDeliveryIsTakenOnceByItsIdAndByItsBody() {
    JsonObject first = sender.deliver(GATEWAY.nobody(), "d-1", PUSH).expect(202).json();
    JsonObject again = sender.deliver(GATEWAY.nobody(), "d-1", PUSH).expect(202).json();
    JsonObject renamed = sender.deliver(GATEWAY.nobody(), "d-2", PUSH).expect(202).json();

    assertThat(first.getBoolean("repeated")).isFalse();
    for (JsonObject one : List.of(again, renamed)) {
      assertThat(one.getBoolean("repeated")).isTrue();
      assertThat(one.getString("id")).isEqualTo(first.getString("id"));
      assertThat(one.getString("deploymentId")).isEqualTo(first.getString("deploymentId"));
    }
    assertThat(deployments()).isEqualTo(1);
    assertThat(inbox()).hasSize(1);
    assertThat(inbox().getJsonObject(0).getInteger("attempts")).isEqualTo(3);
  }

  @Test
  void whatIsNotProvedIsRefusedInOneWayCountedAndNotKept() {
    Application none = Samples.application(GATEWAY.database());
    Sender nowhere =
        new Sender(
            new Application(
                new dev.slipway.contracts.application.ApplicationId("app_0"),
                none.name(),
                none.projectId(),
                none.projectName(),
                none.config(),
                none.status(),
                false,
                null,
                null,
                1,
                none.createdAt(),
                none.updatedAt()),
            sender.secret());
    List<Client.Answer> refused =
        List.of(
            sender.forger().deliver(GATEWAY.nobody(), "f-1", PUSH),
            nowhere.deliver(GATEWAY.nobody(), "f-2", PUSH),
            new Sender(none, sender.secret()).deliver(GATEWAY.nobody(), "f-3", PUSH),
            GATEWAY.nobody().post(path(), PUSH),
            GATEWAY.nobody().post(path(), null));

    assertThat(refused).allMatch(answer -> answer.status() == 401);
    assertThat(refused.stream().map(Client.Answer::text).distinct()).hasSize(1);
    assertThat(inbox()).isEmpty();
    assertThat(deployments()).isZero();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(page().getInteger("refused")).isEqualTo(3));
  }

  @Test
  void aNewSecretVoidsTheOneBeforeAndIsShownOnce() {
    Sender next = Sender.of(application, GATEWAY.admin());

    sender.deliver(GATEWAY.nobody(), "d-1", PUSH).expect(401);
    next.deliver(GATEWAY.nobody(), "d-2", PUSH).expect(202);
    String page = page().encode();
    assertThat(page).contains("\"secretSet\":true").doesNotContain(next.secret());
    assertThat(audited("webhook.rotate")).hasSize(2);
    String stored =
        GATEWAY
            .database()
            .one(
                "select string_agg(webhook_deliveries::text, ' ') from webhook_deliveries",
                row -> row.getString(0))
            .await();
    assertThat(stored).doesNotContain(next.secret()).doesNotContain("sha256=");
  }

  @Test
  void aPingIsAnsweredAtOnceAndOtherEventsSayWhyTheyDoNothing() {
    JsonObject ping =
        sender.deliver(GATEWAY.nobody(), "ping", "d-1", new JsonObject()).expect(200).json();
    assertThat(ping.getString("outcome")).isEqualTo("ping");
    JsonObject issue =
        sender
            .deliver(GATEWAY.nobody(), "issues", "d-2", new JsonObject().put("action", "opened"))
            .expect(202)
            .json();
    assertThat(issue.getString("reason")).isEqualTo("event");
    JsonObject other =
        sender.deliver(GATEWAY.nobody(), "d-3", Sender.push("dev", COMMIT, "x")).expect(202).json();
    assertThat(other.getString("reason")).isEqualTo("other_branch");
    assertThat(deployments()).isZero();
    assertThat(inbox()).hasSize(3);
  }

  @Test
  void filtersOfTheApplicationHoldAndAReplayByHandPassesThem() {
    GATEWAY
        .admin()
        .patch(
            "/api/applications/" + application.id(),
            new JsonObject().put("watchPaths", new JsonArray().add("api/**")))
        .expect(200);
    JsonObject ignored = sender.deliver(GATEWAY.nobody(), "d-1", PUSH).expect(202).json();
    assertThat(ignored.getString("reason")).isEqualTo("paths_unchanged");

    String delivery = deliveries() + "/" + ignored.getString("id");
    JsonObject replayed =
        GATEWAY.admin().post(delivery + "/replay", null, "Idempotency-Key", "r").expect(202).json();
    JsonObject same =
        GATEWAY.admin().post(delivery + "/replay", null, "Idempotency-Key", "r").expect(202).json();

    assertThat(replayed.getString("outcome")).isEqualTo("deployed");
    assertThat(replayed.getString("replayOf")).isEqualTo(ignored.getString("id"));
    assertThat(same.getString("id")).isEqualTo(replayed.getString("id"));
    assertThat(deployments()).isEqualTo(1);
    assertThat(audited("webhook.replay")).containsExactly("test");
    GATEWAY.client("read").post(delivery + "/replay", null).expect(403);
    GATEWAY.admin().post(deliveries() + "/whd_0/replay", null).expect(404);
  }

  @Test
  void theInboxShowsWhatWasSentButNotWhatProvedIt() {
    JsonObject receipt = sender.deliver(GATEWAY.nobody(), "d-1", PUSH).expect(202).json();
    JsonObject whole =
        GATEWAY.client("read").get(deliveries() + "/" + receipt.getString("id")).expect(200).json();

    assertThat(whole.getString("body")).isEqualTo(PUSH.encode());
    assertThat(whole.getJsonObject("headers").getString("x-github-delivery")).isEqualTo("d-1");
    assertThat(whole.getJsonObject("headers").encode()).doesNotContain("sha256");
    JsonObject told = whole.getJsonObject("delivery");
    assertThat(told.getString("commitSha")).isEqualTo(COMMIT);
    assertThat(told.getString("commitMessage")).isEqualTo("Fix the cart");
    Application another = Samples.application(GATEWAY.database());
    GATEWAY
        .admin()
        .get("/api/applications/" + another.id() + "/webhook/deliveries/" + receipt.getString("id"))
        .expect(404);
  }

  @Test
  void anybodyWhoKnowsTheSecretCanSendPlainJson() {
    String body = new JsonObject().put("branch", "main").encode();
    GATEWAY
        .nobody()
        .post(path(), body, "X-Slipway-Signature", "sha256=" + sender.signature(body))
        .expect(202);
    GATEWAY.nobody().post(path(), body, "Authorization", "Bearer " + sender.secret()).expect(202);
    GATEWAY.nobody().post(path() + "?token=" + sender.secret(), body).expect(202);
    GATEWAY
        .nobody()
        .post(
            path().replace("webhooks/", "webhooks/deploy/"),
            body,
            "Authorization",
            "Bearer " + sender.secret())
        .expect(202);
    assertThat(deployments()).as("each may mean a new push").isEqualTo(4);
  }

  @Test
  void aBodyBeyondTheLimitIsRefused() {
    String body = "{\"branch\":\"" + "x".repeat(1024 * 1024) + "\"}";
    GATEWAY.nobody().post(path(), body, "Authorization", "Bearer " + sender.secret()).expect(413);
    assertThat(inbox()).isEmpty();
  }

  @Test
  void theInboxIsReadInPages() {
    for (int i = 0; i < 3; i++) {
      sender.deliver(GATEWAY.nobody(), "d-" + i, Sender.push("dev", COMMIT, "x" + i)).expect(202);
    }
    JsonObject first = GATEWAY.admin().get(deliveries() + "?limit=2").expect(200).json();
    JsonObject rest =
        GATEWAY
            .admin()
            .get(deliveries() + "?limit=2&cursor=" + first.getString("nextCursor"))
            .expect(200)
            .json();
    assertThat(first.getJsonArray("items")).hasSize(2);
    assertThat(rest.getJsonArray("items")).hasSize(1);
    assertThat(rest.getString("nextCursor")).isNull();
  }

  private String path() {
    return "/api/webhooks/" + application.id();
  }

  private String deliveries() {
    return "/api/applications/" + application.id() + "/webhook/deliveries";
  }

  private JsonArray inbox() {
    return GATEWAY.admin().get(deliveries()).expect(200).items();
  }

  private JsonObject page() {
    return GATEWAY
        .admin()
        .get("/api/applications/" + application.id() + "/webhook")
        .expect(200)
        .json();
  }

  private int deployments() {
    return GATEWAY
        .admin()
        .get("/api/deployments?applicationId=" + application.id())
        .expect(200)
        .items()
        .size();
  }

  private List<String> audited(String action) {
    return GATEWAY
        .database()
        .list(
            """
            select actor from audit where action = $1 and (subject = $2 or subject in
              (select id from deployments where application_id = $2
                union all select id from webhook_deliveries where application_id = $2))
            """,
            row -> row.getString(0),
            action,
            application.id().value())
        .await();
  }
}
