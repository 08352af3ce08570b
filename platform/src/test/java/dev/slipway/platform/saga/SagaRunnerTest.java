package dev.slipway.platform.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SagaRunnerTest extends RunnerStand {
  @Test
  void beginsWhenTheBellRingsAndNotAtTheNextPoll() {
    Script script = Script.named("quick", 1).step("only", ctx -> story.add("ran")).build();
    RunnerConfig never = quick("bell");
    SagaRunner runner =
        runner(
            new RunnerConfig(
                "bell", 1, never.lease(), never.heartbeat(), Duration.ofHours(1), never.retries()),
            script);
    for (int i = 0; i < 20; i++) {
      submit("quick-" + i, "quick", null);
      runner.ring();
      awaitState("quick-" + i, "done");
    }
    assertThat(story).filteredOn("ran"::equals).hasSize(20);
  }

  @Test
  void twoRunnersNeverRunOneSagaTwice() {
    Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();
    Script script =
        Script.named("once", 1)
            .step(
                "count",
                ctx ->
                    runs.computeIfAbsent(ctx.sagaId(), id -> new AtomicInteger()).incrementAndGet())
            .step("rest", ctx -> null)
            .build();
    for (int i = 0; i < 200; i++) {
      submit("once-" + i, "once", null);
    }
    runner("first", script);
    runner("second", script);
    await()
        .atMost(LIMIT)
        .until(() ->
            database()
                .one("SELECT count(*) FROM sagas WHERE state = 'done'", r -> r.getLong(0))
                .await()
                .equals(200L));
    assertThat(runs).hasSize(200);
    assertThat(runs.values()).allSatisfy(count -> assertThat(count.get()).isEqualTo(1));
  }

  @Test
  void whatIsExclusiveRunsOneAtATimeInTheOrderOfAsking() {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Script script =
        Script.named("solo", 1)
            .step(
                "work",
                ctx -> {
                  story.add(ctx.sagaId());
                  most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                  database().query("SELECT pg_sleep(0.01)").await();
                  atOnce.decrementAndGet();
                  return null;
                })
            .build();
    List<String> asked = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      asked.add("solo-" + i);
      submit("solo-" + i, "solo", "one application");
    }
    runner(quick("first"), script);
    runner(quick("second"), script);
    awaitState("solo-11", "done");
    assertThat(most.get()).isEqualTo(1);
    assertThat(story.stream().filter(s -> s.startsWith("solo"))).containsExactlyElementsOf(asked);
  }

  @Test
  void noMoreRunAtATimeThanAllowed() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Script script =
        Script.named("bounded", 1).step("wait", ctx -> go.await(10, TimeUnit.SECONDS)).build();
    for (int i = 0; i < 5; i++) {
      submit("bounded-" + i, "bounded", null);
    }
    SagaRunner runner = runner(RunnerConfig.of("narrow", 2), script);
    await().atMost(LIMIT).until(() -> runner.running() == 2);
    assertThat(SagaStore.queuePosition(database(), "subject-bounded-4").await()).isEqualTo(3);
    assertThat(SagaStore.queuePosition(database(), "subject-bounded-0").await()).isNull();
    go.countDown();
    awaitState("bounded-4", "done");
  }

  @Test
  void aFailureKeepsItsCodeAndRemedy() {
    Script script =
        Script.named("failing", 1)
            .step("make", ctx -> null, ctx -> story.add("unmake"))
            .step(
                "break",
                ctx -> {
                  throw Problem.failed(
                      "no_branch", "There is no branch x.", "Name one that exists.");
                },
                ctx -> story.add("unbreak"))
            .build();
    submit("f1", "failing", null);
    runner(quick("r"), script);
    awaitState("f1", "undone");
    assertThat(story).containsExactly("unbreak", "unmake", "ended UNDONE break no_branch");
    StepRow failed = SagaStore.steps(database(), "subject-f1").await().getLast();
    assertThat(failed.status()).isEqualTo("failed");
    assertThat(failed.failure())
        .isEqualTo(
            new StepFailure(
                "break",
                Problem.class.getName(),
                "no_branch",
                "There is no branch x.",
                "Name one that exists."));
  }

  @Test
  void whatMayWorkLaterIsTriedAgainAndOnlySoOften() {
    Script script =
        Script.named("flaky", 1)
            .step(
                "sometimes",
                ctx -> {
                  story.add("attempt " + ctx.attempt());
                  if (ctx.attempt() < 3) {
                    throw new Retryable("busy", null, Duration.ofMillis(1));
                  }
                  return null;
                })
            .step(
                "never",
                ctx -> {
                  throw new Retryable(
                      "busy", Problem.unavailable("The registry is away.", null), Duration.ZERO);
                })
            .build();
    submit("r1", "flaky", null);
    runner(quick("r"), script);
    awaitState("r1", "undone");
    assertThat(story)
        .containsExactly("attempt 1", "attempt 2", "attempt 3", "ended UNDONE never unavailable");
  }

  @Test
  void afterThePointOfNoReturnAFailureIsTriedAgainAndThenParked() {
    AtomicInteger attempts = new AtomicInteger();
    Script script =
        Script.named("forward", 1)
            .step("make", ctx -> null, ctx -> story.add("unmake"))
            .pointOfNoReturn()
            .step(
                "switch",
                ctx -> {
                  attempts.incrementAndGet();
                  throw new IllegalStateException("the proxy is gone");
                })
            .build();
    submit("s1", "forward", "app");
    runner(quick("r"), script);
    awaitState("s1", "stuck");
    assertThat(attempts.get()).isEqualTo(3);
    assertThat(story).containsExactly("ended STUCK switch internal");
    assertThat(SagaStore.steps(database(), "subject-s1").await().stream().map(StepRow::status))
        .containsExactly("done", "failed");
  }

  @Test
  void aHandOverKeepsTheApplicationAndIsTakenUpAtOnce() {
    Script build =
        Script.named("build", 1)
            .step(
                "push",
                ctx -> {
                  ctx.inCheckpoint(tx -> tx.query("SELECT 1"));
                  ctx.handOver(
                      new NewSaga(
                          "h1-deploy", "deploy", 1, ctx.subject(), "app", Map.of("image", "x")));
                  return null;
                })
            .build();
    Script deploy =
        Script.named("deploy", 1)
            .step("serve", ctx -> story.add("serve " + ctx.input(Map.class)))
            .build();
    submit("h1", "build", "app");
    submit("h2", "build", "app");
    runner(quick("builder"), build);
    awaitState("h1", "done");
    assertThat(state("h1-deploy")).isEqualTo("running");
    assertThat(state("h2")).isEqualTo("waiting");
    runner(quick("runtime"), deploy);
    awaitState("h1-deploy", "done");
    assertThat(story).containsExactly("serve {image=x}", "ended DONE");
  }

  @Test
  void whatACheckpointWritesIsForgottenWhenTheStepFails() {
    database().script("CREATE TABLE IF NOT EXISTS written (what text)").await();
    Script script =
        Script.named("atomic", 1)
            .step(
                "good",
                ctx -> {
                  ctx.inCheckpoint(tx -> tx.query("INSERT INTO written VALUES ('good')"));
                  return null;
                })
            .step(
                "bad",
                ctx -> {
                  ctx.inCheckpoint(tx -> tx.query("INSERT INTO written VALUES ('bad')"));
                  ctx.inCheckpoint(tx -> tx.query("INSERT INTO no_such_table VALUES (1)"));
                  return null;
                })
            .build();
    submit("a1", "atomic", null);
    runner(quick("r"), script);
    awaitState("a1", "undone");
    assertThat(database().list("SELECT what FROM written", r -> r.getString(0)).await())
        .containsExactly("good");
  }
}
