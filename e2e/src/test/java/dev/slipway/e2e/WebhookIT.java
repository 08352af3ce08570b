package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Until;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A real push to a real Git server, whose hook delivers the webhook with openssl and curl. */
@ExtendWith(OnePlatform.class)
final class WebhookIT {
  private static final String HOOK =
      """
      #!/bin/sh
      set -e
      while read -r old new ref; do
        message=$(git log -1 --format=%s "$new")
        body=$(printf '{"ref":"%s","before":"%s","after":"%s","pusher":{"name":"promise"},\
      "head_commit":{"id":"%s","message":"%s"}}' "$ref" "$old" "$new" "$new" "$message")
        printf '%s' "$body" > webhook.body
        printf '%s' "$new" > webhook.id
        signature=$(openssl dgst -sha256 -hmac 'SECRET' < webhook.body | sed 's/^.* //')
        printf 'sha256=%s' "$signature" > webhook.signature
        date +%s%3N > webhook.sent
        curl --silent --show-error --fail --max-time 20 --output webhook.answer \\
          --header 'Content-Type: application/json' --header 'X-GitHub-Event: push' \\
          --header "X-GitHub-Delivery: $new" --header "X-Hub-Signature-256: sha256=$signature" \\
          --data-binary @webhook.body 'URL'
        date +%s%3N > webhook.answered
      done
      """;

  private final World world;

  WebhookIT(World world) {
    this.world = world;
  }

  @Test
  void aPushDeploysWithinASecondAndAReplayedOrForgedDeliveryDoesNothing() {
    App app = world.app("hooked", Sample.saying("before the hook"), Map.of());
    tellPushes(app);

    app.repository().push(Sample.saying("pushed"), "Say pushed");
    JsonNode deployment = newest(app);
    long asked = Instant.parse(deployment.path("createdAt").asText()).toEpochMilli() - sent(app);
    long answered = Long.parseLong(app.repository().note("webhook.answered")) - sent(app);
    world.api().succeeded(deployment.path("id").asText());
    assertThat(app.text()).isEqualTo("pushed");
    assertThat(deployment.path("trigger").asText()).isEqualTo("webhook");
    assertThat(deployment.path("actor").asText()).isEqualTo("github:promise");

    Answer replayed = deliver(app, app.repository().note("webhook.id"), signature(app));
    Answer renamed = deliver(app, "another-id", signature(app));
    Answer forged = deliver(app, "forged-1", "sha256=" + "0".repeat(64));
    Answer unsigned = deliver(app, "forged-2", "");
    PromiseReport.tell(
        "T2",
        "git push to a Git server over HTTP, its hook signs and sends: the deployment is there %d ms after the hook began to send, answered after %d ms; replayed: %d %s, under another id: %d %s, forged: %d, unsigned: %d; deployments: %d"
            .formatted(
                asked,
                answered,
                replayed.status(),
                replayed.json().path("repeated"),
                renamed.status(),
                renamed.json().path("repeated"),
                forged.status(),
                unsigned.status(),
                deployments(app)));
    assertThat(asked).isLessThan(Duration.ofSeconds(20).toMillis());
    assertThat(replayed.expect(202).json().path("repeated").asBoolean()).isTrue();
    assertThat(renamed.expect(202).json().path("repeated").asBoolean()).isTrue();
    assertThat(forged.expect(401).body()).isEqualTo(unsigned.expect(401).body());
    assertThat(deployments(app)).isEqualTo(1);
    Until.holds(
        "what was refused is counted",
        Duration.ofSeconds(20),
        Duration.ofMillis(100),
        () -> page(app).path("refused").asInt() == 2);
  }

  @Test
  void aPushThatSaysSoIsSkippedUntilAnOperatorReplaysIt() {
    App app = world.app("skipped", Sample.saying("before the hook"), Map.of());
    tellPushes(app);

    app.repository().push(Sample.saying("quiet"), "Say quiet [skip ci]");
    JsonNode delivery = page(app).path("lastDelivery");
    assertThat(delivery.path("reason").asText()).isEqualTo("skipped");
    assertThat(deployments(app)).isZero();

    String replay =
        "/applications/" + app.id() + "/webhook/deliveries/" + delivery.path("id").asText();
    JsonNode replayed = world.api().post(replay + "/replay", Map.of()).expect(202).json();
    world.api().succeeded(replayed.path("deploymentId").asText());
    assertThat(app.text()).isEqualTo("quiet");
  }

  private void tellPushes(App app) {
    JsonNode made =
        world
            .api()
            .post("/applications/" + app.id() + "/webhook/rotate", Map.of())
            .expect(200)
            .json();
    app.repository()
        .afterPushes(
            HOOK.replace("SECRET", made.path("secret").asText())
                .replace("URL", made.path("url").asText()));
  }

  private Answer deliver(App app, String id, String signature) {
    return world
        .api()
        .withoutKey()
        .send(
            "POST",
            "/webhooks/" + app.id(),
            app.repository().note("webhook.body"),
            Map.of(
                "X-GitHub-Event", "push",
                "X-GitHub-Delivery", id,
                "X-Hub-Signature-256", signature));
  }

  private static String signature(App app) {
    return app.repository().note("webhook.signature");
  }

  private static long sent(App app) {
    return Long.parseLong(app.repository().note("webhook.sent"));
  }

  private JsonNode page(App app) {
    return world.api().get("/applications/" + app.id() + "/webhook").expect(200).json();
  }

  private JsonNode newest(App app) {
    return list(app).path(0);
  }

  private int deployments(App app) {
    return list(app).size();
  }

  private JsonNode list(App app) {
    return world
        .api()
        .get("/deployments?applicationId=" + app.id())
        .expect(200)
        .json()
        .path("items");
  }
}
