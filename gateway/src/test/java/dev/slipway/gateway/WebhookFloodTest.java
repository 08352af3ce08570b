package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.store.Samples;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One address sends forged deliveries without an end; behind it may be honest senders too. */
class WebhookFloodTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final int A_MINUTE = 60;

  @Test
  void theForgerIsTurnedAwayAndATrueDeliveryStillGetsThrough() {
    Application application = Samples.application(GATEWAY.database());
    Sender sender = Sender.of(application, GATEWAY.admin());
    JsonObject push = Sender.push("main", "2".repeat(40), "Fix the cart");

    List<Integer> answers = new ArrayList<>();
    for (int i = 0; i < A_MINUTE; i++) {
      answers.add(sender.forger().deliver(GATEWAY.nobody(), "f-" + i, push).status());
    }
    Client.Answer beyond = sender.forger().deliver(GATEWAY.nobody(), "f-x", push);
    Client.Answer honest = sender.deliver(GATEWAY.nobody(), "d-1", push);

    assertThat(answers).allMatch(status -> status == 401);
    assertThat(beyond.expect(429).header("Retry-After")).isNotEmpty();
    assertThat(honest.expect(202).string("outcome")).isEqualTo("deployed");
    String webhook = "/api/applications/" + application.id() + "/webhook";
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(GATEWAY.admin().get(webhook).expect(200).json().getInteger("refused"))
                .isEqualTo(A_MINUTE + 1));
    assertThat(GATEWAY.admin().get(webhook + "/deliveries").items()).hasSize(1);
  }
}
