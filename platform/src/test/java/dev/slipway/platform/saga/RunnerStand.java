package dev.slipway.platform.saga;

import static org.awaitility.Awaitility.await;

import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runners on one database, stopped after each test, and the story their sagas tell. */
class RunnerStand {
  @RegisterExtension
  static final PostgresExtension POSTGRES = new PostgresExtension(List.of("db/platform"));

  static final Duration LIMIT = Duration.ofSeconds(10);

  final List<SagaRunner> runners = new ArrayList<>();
  final List<String> story = new CopyOnWriteArrayList<>();

  static Database database() {
    return POSTGRES.database();
  }

  @BeforeEach
  void forget() {
    POSTGRES.clear("sagas", "saga_steps");
  }

  @AfterEach
  void stop() {
    runners.forEach(runner -> runner.stop().await());
  }

  record Told(Script script, List<String> story) implements Saga {
    @Override
    public void ended(Ended how, StepContext ctx) {
      StepFailure failure = ctx.failure();
      story.add(
          "ended " + how + (failure == null ? "" : " " + failure.step() + " " + failure.code()));
    }
  }

  SagaRunner runner(String owner, Script... scripts) {
    return runner(RunnerConfig.of(owner, 8), scripts);
  }

  SagaRunner runner(RunnerConfig config, Script... scripts) {
    List<Saga> sagas = new ArrayList<>();
    for (Script script : scripts) {
      sagas.add(new Told(script, story));
    }
    SagaRunner runner =
        new SagaRunner(POSTGRES.vertx(), database(), sagas, config, CrashPoints.NONE);
    runners.add(runner);
    runner.start().await();
    return runner;
  }

  static RunnerConfig quick(String owner) {
    return new RunnerConfig(
        owner,
        8,
        Duration.ofSeconds(8),
        Duration.ofMillis(50),
        Duration.ofMillis(50),
        new Retries(3, Duration.ofMillis(5), Duration.ofMillis(20)));
  }

  /**
   * A lease nobody can wait for: whoever goes on within the test's limit was told, and did not
   * wait.
   */
  static RunnerConfig patient(String owner) {
    RunnerConfig quick = quick(owner);
    return new RunnerConfig(
        owner,
        quick.maxConcurrent(),
        Duration.ofHours(1),
        quick.heartbeat(),
        quick.poll(),
        quick.retries());
  }

  static void submit(String id, String kind, @Nullable String exclusive) {
    SagaStore.submit(database(), new NewSaga(id, kind, 1, "subject-" + id, exclusive, Map.of()))
        .await();
  }

  static String state(String id) {
    return String.valueOf(
        database().one("SELECT state FROM sagas WHERE id = $1", r -> r.getString(0), id).await());
  }

  static void awaitState(String id, String state) {
    await(id).atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> state(id).equals(state));
  }
}
