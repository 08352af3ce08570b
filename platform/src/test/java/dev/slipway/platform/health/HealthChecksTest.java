package dev.slipway.platform.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HealthChecksTest {
  @Test
  void aCheckThatHangsOrThrowsIsAFailedCheckAndTheOthersAreTold() {
    Vertx vertx = Vertx.vertx();
    try {
      Health health =
          new HealthChecks(vertx)
              .add("fine", Duration.ofSeconds(1), () -> Future.succeededFuture("12 rows"))
              .add("hangs", Duration.ofMillis(30), () -> Promise.promise().future())
              .add(
                  "throws",
                  Duration.ofSeconds(1),
                  () -> {
                    throw new IllegalStateException("broken");
                  })
              .run()
              .await();
      assertThat(health.status()).isEqualTo("degraded");
      assertThat(health.checks().get("fine"))
          .extracting(Health.Check::status, Health.Check::detail)
          .containsExactly("ok", "12 rows");
      assertThat(health.checks().get("hangs"))
          .extracting(Health.Check::detail)
          .asString()
          .contains("30 ms");
      assertThat(health.checks().get("throws"))
          .extracting(Health.Check::detail)
          .isEqualTo("broken");
    } finally {
      vertx.close().await();
    }
  }
}
