package dev.slipway.platform.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.DatabaseUrl;
import dev.slipway.platform.pg.PostgresExtension;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SagaRunnerTest {
  @RegisterExtension
  static final PostgresExtension POSTGRES = new PostgresExtension(List.of("db/platform"));

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final List<SagaRunner> runners = new ArrayList<>();
  private final List<String> story = new CopyOnWriteArrayList<>();

  private static Database database() {
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

  private record Told(Script script, List<String> story) implements Saga {
    @Override
    public void ended(Ended how, StepContext ctx) {
      StepFailure failure = ctx.failure();
      story.add(
          "ended " + how + (failure == null ? "" : " " + failure.step() + " " + failure.code()));
    }
  }

  private SagaRunner runner(String owner, Script... scripts) {
    return runner(RunnerConfig.of(owner, 8), scripts);
  }

  private SagaRunner runner(RunnerConfig config, Script... scripts) {
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

  private static RunnerConfig quick(String owner) {
    return new RunnerConfig(
        owner,
        8,
        Duration.ofSeconds(8),
        Duration.ofMillis(50),
        Duration.ofMillis(50),
        new Retries(3, Duration.ofMillis(5), Duration.ofMillis(20)));
  }

  private static void submit(String id, String kind, @Nullable String exclusive) {
    SagaStore.submit(database(), new NewSaga(id, kind, 1, "subject-" + id, exclusive, Map.of()))
        .await();
  }

  private static String state(String id) {
    return String.valueOf(
        database().one("SELECT state FROM sagas WHERE id = $1", r -> r.getString(0), id).await());
  }

  private static void awaitState(String id, String state) {
    await(id).atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> state(id).equals(state));
  }

  @Test
  void beginsWithinMillisecondsOfTheBell() {
    AtomicLong begun = new AtomicLong();
    Script script =
        Script.named("quick", 1)
            .step(
                "only",
                ctx -> {
                  begun.set(System.nanoTime());
                  return null;
                })
            .build();
    SagaRunner runner = runner("bell", script);
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      begun.set(0);
      submit("quick-" + i, "quick", null);
      long rung = System.nanoTime();
      runner.ring();
      await().atMost(LIMIT).pollInterval(Duration.ofMillis(1)).until(() -> begun.get() != 0);
      millis.add((begun.get() - rung) / 1e6);
      awaitState("quick-" + i, "done");
    }
    List<Double> sorted = millis.subList(20, 60).stream().sorted().toList();
    System.out.printf(
        "ring to first step: median %.2f ms, worst %.2f ms%n", sorted.get(20), sorted.getLast());
    assertThat(sorted.get(20)).isLessThan(50);
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

  private Script stoppable(CountDownLatch reached, String blocking, boolean returns) {
    Action block =
        ctx -> {
          reached.countDown();
          try {
            new CountDownLatch(1).await(10, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            if (!returns) {
              throw e;
            }
          }
          return null;
        };
    return Script.named("stoppable", 1)
        .step(
            "make",
            blocking.equals("make") ? block : ctx -> story.add("make"),
            ctx -> story.add("unmake"))
        .step("check", blocking.equals("check") ? block : ctx -> story.add("check"))
        .pointOfNoReturn()
        .step(
            "switch",
            blocking.equals("switch")
                ? ctx -> reachedAndWait(reached, ctx)
                : ctx -> story.add("switch"))
        .build();
  }

  private Object reachedAndWait(CountDownLatch reached, StepContext ctx) throws Exception {
    reached.countDown();
    boolean interrupted = !resume.await(10, TimeUnit.SECONDS);
    ctx.checkpoint();
    return story.add("switch interrupted=" + interrupted + " cancelled=" + ctx.cancelled());
  }

  private final CountDownLatch resume = new CountDownLatch(1);

  @Test
  void cancelledWhileItWaitsItNeverRuns() {
    submit("c0", "stoppable", null);
    assertThat(SagaStore.cancel(database(), "subject-c0").await())
        .isEqualTo(CancelOutcome.NEVER_RAN);
    assertThat(SagaStore.cancel(database(), "subject-c0").await())
        .isEqualTo(CancelOutcome.NOTHING_OPEN);
    runner(quick("r"), stoppable(new CountDownLatch(1), "none", false));
    submit("c1", "stoppable", null);
    awaitState("c1", "done");
    assertThat(state("c0")).isEqualTo("cancelled");
    assertThat(story).containsExactly("make", "check", "switch", "ended DONE");
  }

  @Test
  void cancelledInTheMiddleOfAStepItIsInterruptedAndUndone() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    submit("c2", "stoppable", null);
    runner(quick("r"), stoppable(reached, "check", false));
    assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
    long asked = System.nanoTime();
    assertThat(SagaStore.cancel(database(), "subject-c2").await())
        .isEqualTo(CancelOutcome.REQUESTED);
    awaitState("c2", "undone");
    assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(2));
    assertThat(story).containsExactly("make", "unmake", "ended CANCELLED");
    assertThat(SagaStore.steps(database(), "subject-c2").await().stream().map(StepRow::status))
        .containsExactly("undone", "cancelled");
  }

  @Test
  void cancelledRightBeforeThePointOfNoReturnItDoesNotPassIt() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    submit("c3", "stoppable", null);
    // The last reversible step swallows the interrupt and ends well: the crossing itself must
    // refuse.
    runner(quick("r"), stoppable(reached, "check", true));
    assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
    SagaStore.cancel(database(), "subject-c3").await();
    awaitState("c3", "undone");
    assertThat(story).containsExactly("make", "unmake", "ended CANCELLED");
  }

  @Test
  void cancelledAfterThePointOfNoReturnItIsFinishedUndisturbed() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    submit("c4", "stoppable", null);
    SagaRunner runner = runner(quick("r"), stoppable(reached, "switch", false));
    assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(SagaStore.cancel(database(), "subject-c4").await())
        .isEqualTo(CancelOutcome.TOO_LATE);
    runner.ring();
    resume.countDown();
    awaitState("c4", "done");
    assertThat(story)
        .containsExactly("make", "check", "switch interrupted=false cancelled=false", "ended DONE");
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

  @Test
  void aBrokenConnectionIsNoFailureOfTheSaga() {
    DatabaseUrl url = POSTGRES.url();
    Database cut =
        Database.connect(
            POSTGRES.vertx(),
            new DatabaseUrl(
                url.user(),
                url.password(),
                url.host(),
                url.port(),
                url.database(),
                Map.of("application_name", "cut")),
            2);
    Script script =
        Script.named("cut", 1)
            .step(
                "cut",
                ctx -> {
                  database()
                      .query(
                          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                              + " WHERE application_name = 'cut'")
                      .await();
                  return null;
                })
            .step("go-on", ctx -> null)
            .build();
    for (int i = 0; i < 10; i++) {
      submit("cut-" + i, "cut", "one after the other");
    }
    SagaRunner runner =
        new SagaRunner(
            POSTGRES.vertx(), cut, List.of(new Told(script, story)), quick("r"), CrashPoints.NONE);
    runner.start().await();
    awaitState("cut-9", "done");
    for (int i = 0; i < 10; i++) {
      assertThat(state("cut-" + i)).isEqualTo("done");
    }
    runner.stop().await();
    cut.close().await();
  }

  @Test
  void anOrderlyStopGivesTheLeaseBackAtOnce() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    Script script =
        Script.named("long", 1)
            .step(
                "wait",
                ctx -> {
                  if (runs.incrementAndGet() == 1) {
                    reached.countDown();
                    Future.future(never -> {}).await();
                  }
                  return null;
                },
                ctx -> story.add("undone"))
            .build();
    submit("o1", "long", null);
    SagaRunner first = runner("first", script);
    assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
    runner(quick("second"), script);
    long stopping = System.nanoTime();
    first.stop().await();
    awaitState("o1", "done");
    assertThat(Duration.ofNanos(System.nanoTime() - stopping)).isLessThan(Duration.ofSeconds(2));
    assertThat(story).containsExactly("ended DONE");
  }

  @Test
  void aRunnerOfTheSameNameResumesWithoutWaitingForTheLease() {
    AtomicInteger runs = new AtomicInteger();
    Script script = Script.named("killed", 1).step("one", ctx -> runs.incrementAndGet()).build();
    submit("k1", "killed", null);
    SagaRunner killed =
        new SagaRunner(
            POSTGRES.vertx(),
            database(),
            List.of(new Told(script, story)),
            RunnerConfig.of("the platform", 4),
            point -> {
              throw new CrashPoints.Crash(point);
            });
    killed.start().await();
    await().atMost(LIMIT).until(() -> state("k1").equals("running") && killed.running() == 0);
    killed.stop().await();
    long restarted = System.nanoTime();
    runner("the platform", script);
    awaitState("k1", "done");
    assertThat(Duration.ofNanos(System.nanoTime() - restarted)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void whoCannotProveItsLeaseStops() {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    Script script =
        Script.named("lost", 1)
            .step(
                "long",
                ctx -> {
                  if (seen.add("begun")) {
                    try {
                      Future.future(never -> {}).await();
                    } finally {
                      try {
                        ctx.checkpoint();
                      } catch (FencedOut e) {
                        seen.add("fenced out");
                      }
                    }
                  }
                  return null;
                })
            .build();
    submit("l1", "lost", null);
    runner(quick("r"), script);
    await().atMost(LIMIT).until(() -> seen.contains("begun"));
    database().query("UPDATE sagas SET fence = fence + 1, lease_until = now()").await();
    awaitState("l1", "done");
    assertThat(seen).contains("fenced out");
  }
}
