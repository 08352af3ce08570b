package dev.slipway.platform.saga;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.platform.pg.PostgresExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A bell that a step rings is heard when its row is there, never before. */
class BellAfterCheckpointTest {
  @RegisterExtension
  static final PostgresExtension POSTGRES = new PostgresExtension(List.of("db/platform"));

  private final CompletableFuture<String> heard = new CompletableFuture<>();
  private final AtomicInteger rungByFailure = new AtomicInteger();
  private final SagaRunner runner =
      new SagaRunner(
          POSTGRES.vertx(),
          POSTGRES.database(),
          List.of(new Build()),
          RunnerConfig.of("bells", 1),
          CrashPoints.NONE);

  @AfterEach
  void stop() {
    runner.stop().await();
  }

  private final class Build implements Saga {
    @Override
    public Script script() {
      return Script.named("build", 1)
          .step(
              "flaky",
              ctx -> {
                if (ctx.attempt() == 1) {
                  ctx.afterCheckpoint(rungByFailure::incrementAndGet);
                  throw new Retryable("not yet", null, Duration.ofMillis(5));
                }
                return null;
              })
          .step(
              "hand-over",
              ctx -> {
                ctx.handOver(new NewSaga("next", "deploy", 1, ctx.subject(), "app", Map.of()));
                ctx.afterCheckpoint(() -> heard.complete(stateOf("next")));
                return null;
              })
          .build();
    }
  }

  private static String stateOf(String saga) {
    return String.valueOf(
        POSTGRES
            .database()
            .one("SELECT state FROM sagas WHERE id = $1", row -> row.getString(0), saga)
            .await());
  }

  @Test
  void whoHearsItFindsTheRow() throws Exception {
    SagaStore.submit(
            POSTGRES.database(), new NewSaga("first", "build", 1, "subject", "app", Map.of()))
        .await();
    runner.start().await();

    assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo("running");
    assertThat(rungByFailure).hasValue(0);
  }
}
