package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.event.Events;
import dev.slipway.contracts.runtime.RuntimeContract.Readiness;
import dev.slipway.gateway.Client.Answer;
import dev.slipway.store.Samples;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DeploymentsTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  @SuppressWarnings("NullAway.Init")
  private Application application;

  private String path = "";

  @BeforeEach
  void anApplication() {
    application = Samples.application(GATEWAY.database());
    path = "/api/applications/" + application.id();
    GATEWAY.releasesAre(new Readiness(true, null));
  }

  @Test
  void aDeploymentIsARowBeforeTheBellRings() {
    List<String> rung = new CopyOnWriteArrayList<>();
    GATEWAY.bus().hear(Events.DEPLOYMENTS_AVAILABLE, bell -> rung.add(bell.deploymentId())).await();

    Answer made =
        GATEWAY
            .admin()
            .post(
                path + "/deployments",
                new JsonObject().put("commit", "C0FFEE1").put("title", "Try"))
            .expect(202);

    assertThat(made.string("status")).isEqualTo("pending");
    assertThat(made.string("commitSha")).isEqualTo("c0ffee1");
    assertThat(made.string("actor")).isEqualTo("test");
    assertThat(made.json().getInteger("queuePosition")).isNotNull();
    assertThat(made.header("Location")).isEqualTo("/api/deployments/" + made.string("id"));
    Awaitility.await().until(() -> rung.contains(made.string("id")));
    GATEWAY.admin().get(made.header("Location")).expect(200);
  }

  @Test
  void whoeverSkipsTheBackupsBeforeItIsOnRecord() {
    JsonObject emergency = new JsonObject().put("skipBackups", true);
    Answer made = GATEWAY.admin().post(path + "/deployments", emergency).expect(202);
    assertThat(made.json().getBoolean("skipBackups")).isTrue();
    assertThat(made.json().getJsonArray("backupIds")).isEmpty();
    assertThat(audited(made.string("id"))).contains("skipBackups", "true");

    Answer usual = GATEWAY.admin().post(path + "/deployments", null).expect(202);
    assertThat(usual.json().getBoolean("skipBackups")).isFalse();
    assertThat(audited(usual.string("id"))).isEqualTo("null");
  }

  private static String audited(String deployment) {
    return String.valueOf(
        GATEWAY
            .admin()
            .get("/api/audit?limit=1&action=deployment.create&subject=" + deployment)
            .expect(200)
            .items()
            .getJsonObject(0)
            .getValue("after"));
  }

  @Test
  void aNewerOneSupersedesTheOneThatWaits() {
    Answer first = GATEWAY.admin().post(path + "/deployments", null).expect(202);
    Answer second = GATEWAY.admin().post(path + "/deployments", null).expect(202);

    Answer superseded = GATEWAY.admin().get("/api/deployments/" + first.string("id"));
    assertThat(superseded.string("status")).isEqualTo("cancelled");
    assertThat(superseded.string("reason")).isEqualTo("superseded");
    assertThat(second.json().getInteger("number")).isEqualTo(2);
    assertThat(listed("&status=cancelled")).containsExactly(first.string("id"));
    assertThat(listed("")).containsExactly(second.string("id"), first.string("id"));
    assertThat(listed("&limit=1")).containsExactly(second.string("id"));
    assertThat(listed("&since=2999-01-01T00:00:00Z")).isEmpty();
  }

  private List<String> listed(String query) {
    return GATEWAY
        .admin()
        .get("/api/deployments?applicationId=" + application.id() + query)
        .expect(200)
        .items()
        .stream()
        .map(item -> ((JsonObject) item).getString("id"))
        .toList();
  }

  @Test
  void theSameRequestTwiceAtOnceMakesOneDeployment() throws Exception {
    CompletableFuture<Answer> one =
        CompletableFuture.supplyAsync(
            () -> GATEWAY.admin().post(path + "/deployments", null, "Idempotency-Key", "same"));
    Answer two = GATEWAY.admin().post(path + "/deployments", null, "Idempotency-Key", "same");

    assertThat(one.get(10, TimeUnit.SECONDS).string("id")).isEqualTo(two.string("id"));
    assertThat(listed("")).hasSize(1);
  }

  @Test
  void waitingAnswersWhenTheDeploymentEnds() throws Exception {
    Answer made = GATEWAY.admin().post(path + "/deployments", null).expect(202);
    CompletableFuture<Answer> waiting =
        CompletableFuture.supplyAsync(
            () -> GATEWAY.admin().get("/api/deployments/" + made.string("id") + "?wait=60"));
    Answer early = GATEWAY.admin().get("/api/deployments/" + made.string("id") + "?wait=1");
    assertThat(early.string("status")).isEqualTo("pending");
    GATEWAY.admin().post("/api/deployments/" + made.string("id") + "/cancel", null).expect(202);

    assertThat(waiting.get(10, TimeUnit.SECONDS).string("status")).isEqualTo("cancelled");
    Answer again =
        GATEWAY.admin().post("/api/deployments/" + made.string("id") + "/cancel", null).expect(409);
    assertThat(again.string("code")).isEqualTo("already_ended");
  }

  @Test
  void aKeptReleaseIsBroughtBackWithoutABuild() {
    Release old = Samples.serving(GATEWAY.database(), application, "v1");
    Release current = Samples.serving(GATEWAY.database(), application, "v2");

    Answer made =
        GATEWAY.admin().post("/api/deployments/" + done(old) + "/rollback", null).expect(202);

    assertThat(made.string("trigger")).isEqualTo("rollback");
    assertThat(made.string("rollbackOf")).isEqualTo(old.id().value());
    assertThat(made.string("imageDigest")).isEqualTo(old.spec().imageDigest());
    assertThat(made.string("commitSha")).isEqualTo("c0ffee");
    Answer undone =
        GATEWAY.admin().post("/api/deployments/" + done(current) + "/rollback", null).expect(202);
    assertThat(undone.string("rollbackOf")).as("the one before it").isEqualTo(old.id().value());
    assertThat(GATEWAY.admin().get(path + "/releases").expect(200).items()).hasSize(2);
    assertThat(GATEWAY.admin().get(path + "/releases?limit=1").json().getString("nextCursor"))
        .isNotNull();
  }

  @Test
  void theFirstReleaseHasNoneToGoBackTo() {
    Release only = Samples.serving(GATEWAY.database(), application, "v1");

    Answer refused =
        GATEWAY.admin().post("/api/deployments/" + done(only) + "/rollback", null).expect(409);
    assertThat(refused.string("remedy")).isNotEmpty();
  }

  @Test
  void aRollbackThatCannotWorkIsRefusedBeforeAnythingIsTouched() {
    Release old = Samples.serving(GATEWAY.database(), application, "v1");
    Samples.serving(GATEWAY.database(), application, "v2");
    GATEWAY.releasesAre(new Readiness(false, "its image was removed from the engine"));

    Answer refused =
        GATEWAY
            .admin()
            .post("/api/deployments/" + done(old) + "/rollback", null, "Idempotency-Key", "back")
            .expect(409);

    assertThat(refused.string("code")).isEqualTo("release_gone");
    assertThat(refused.string("detail")).contains("its image was removed from the engine");
    assertThat(refused.string("remedy")).contains("/releases");
    assertThat(GATEWAY.admin().get(path).json().getString("status")).isEqualTo("running");
    assertThat(listed("&status=pending")).isEmpty();
    Answer never = GATEWAY.admin().post(path + "/deployments", null).expect(202);
    assertThat(
            GATEWAY
                .admin()
                .post("/api/deployments/" + never.string("id") + "/rollback", null)
                .expect(409)
                .string("code"))
        .isEqualTo("never_served");
  }

  /** A serving sample's deployment as it would have ended. */
  private static String done(Release release) {
    GATEWAY
        .database()
        .query(
            "update deployments set status = 'success' where id = $1",
            release.deploymentId().value())
        .await();
    return release.deploymentId().value();
  }

  @Test
  void aRestartDeploysTheCurrentReleaseAnew() {
    Release current = Samples.serving(GATEWAY.database(), application, "v1");
    done(current);
    Answer made = GATEWAY.admin().post(path + "/restart", null).expect(202);

    assertThat(made.string("trigger")).isEqualTo("config");
    assertThat(made.string("releaseId")).isEqualTo(current.id().value());
    assertThat(made.string("rollbackOf")).isNull();
    GATEWAY.admin().post(path + "/stop", null).expect(202);
    assertThat(GATEWAY.admin().post(path + "/restart", null).expect(409).string("code"))
        .isEqualTo("application_stopped");
  }

  @Test
  void anEndedDeploymentCanBeTriedAgain() {
    Answer made =
        GATEWAY
            .admin()
            .post(path + "/deployments", new JsonObject().put("commit", "abcdef1"))
            .expect(202);
    String deployment = "/api/deployments/" + made.string("id");
    GATEWAY.admin().post(deployment + "/retry", null).expect(409);
    GATEWAY.admin().post(deployment + "/cancel", null).expect(202);
    Answer again = GATEWAY.admin().post(deployment + "/retry", null).expect(202);

    assertThat(again.string("commitSha")).isEqualTo("abcdef1");
    assertThat(again.string("id")).isNotEqualTo(made.string("id"));
  }

  @Test
  void aStuckDeploymentIsTakenUpAgainUnderItsOwnId() {
    Release stuck = Samples.serving(GATEWAY.database(), application, "v1");
    String id = stuck.deploymentId().value();
    sagaIs(id, "stuck");
    GATEWAY
        .database()
        .query(
            "update deployments set status = 'failed', failure = cast($2::text as jsonb) where id = $1",
            id,
            "{\"step\":\"announce\",\"code\":\"internal\",\"detail\":\"no\",\"remedy\":\"mend it\",\"logTail\":[]}")
        .await();

    Answer resumed = GATEWAY.admin().post("/api/deployments/" + id + "/retry", null).expect(202);

    assertThat(resumed.string("id")).isEqualTo(id);
    assertThat(resumed.string("status")).isEqualTo("deploying");
    assertThat(resumed.json().getValue("failure")).isNull();
    assertThat(
            GATEWAY
                .admin()
                .post("/api/deployments/" + id + "/retry", null)
                .expect(409)
                .string("code"))
        .isEqualTo("not_ended");
  }

  @Test
  void aStuckDeploymentThatANewerOneHasReplacedStaysWhereItIs() {
    Release stuck = Samples.serving(GATEWAY.database(), application, "v1");
    String id = stuck.deploymentId().value();
    sagaIs(id, "stuck");
    GATEWAY.database().query("update deployments set status = 'failed' where id = $1", id).await();
    Samples.serving(GATEWAY.database(), application, "v2");
    assertThat(
            GATEWAY
                .admin()
                .post("/api/deployments/" + id + "/retry", null)
                .expect(409)
                .string("code"))
        .isEqualTo("overtaken");
  }

  private static void sagaIs(String deployment, String state) {
    GATEWAY
        .database()
        .query(
            "update sagas set state = $2, parked_from = 'running', past_return = true where subject = $1",
            deployment,
            state)
        .await();
  }

  @Test
  void theLogOfADeploymentThatNeverRanHasEnded() {
    Answer made = GATEWAY.admin().post(path + "/deployments", null).expect(202);
    GATEWAY.admin().post("/api/deployments/" + made.string("id") + "/cancel", null).expect(202);
    JsonObject log =
        GATEWAY.admin().get("/api/deployments/" + made.string("id") + "/logs").expect(200).json();

    assertThat(log.getJsonArray("items")).isEmpty();
    assertThat(log.getBoolean("ended")).isTrue();
    GATEWAY.admin().get("/api/deployments/dep_none/logs").expect(404);
    GATEWAY.admin().get("/api/deployments/dep_none").expect(404);
  }
}
