package dev.slipway.platform.saga;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.problem.Problem;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How often a step is tried, what the journal tells of it, and how a stuck saga goes on. */
class SagaRetriesTest extends RunnerStand {
  private static final Retries FIVE = new Retries(5, Duration.ofMillis(1), Duration.ofMillis(5));

  private static Problem away() {
    return Problem.failed("away", "It is away.", "Wait for it.");
  }

  @Test
  void aStepHasRetriesOfItsOwnAndItsJournalTellsThem() {
    AtomicInteger tries = new AtomicInteger();
    Script script =
        Script.named("own", 1)
            .step(
                "wobbly",
                ctx -> {
                  if (tries.incrementAndGet() < 5) {
                    throw new Retryable("It is away.", away(), Duration.ofMillis(1));
                  }
                  return null;
                })
            .retrying(FIVE)
            .build();
    submit("r1", "own", null);
    runner(quick("r"), script);
    awaitState("r1", "done");

    StepRow step = SagaStore.steps(database(), "subject-r1").await().getFirst();
    assertThat(step.attempt()).isEqualTo(5);
    assertThat(Objects.requireNonNull(step.failure()).code()).isEqualTo("away");
  }

  @Test
  void aStepIsTriedAgainWhenTheDatabaseWentAwayUnderIt() {
    AtomicInteger tries = new AtomicInteger();
    Script script =
        Script.named("away", 1)
            .step(
                "write",
                ctx -> {
                  if (tries.incrementAndGet() < 3) {
                    throw new IllegalStateException(new ConnectException("refused"));
                  }
                  return null;
                })
            .retrying(FIVE)
            .build();
    submit("a1", "away", null);
    runner(quick("r"), script);
    awaitState("a1", "done");
    assertThat(tries).hasValue(3);
  }

  @Test
  void anUndoOutlastsAnOutageThatIsLongerThanItsAttempts() {
    AtomicInteger undos = new AtomicInteger();
    Script script =
        Script.named("outage", 1)
            .step(
                "make",
                ctx -> null,
                ctx -> {
                  if (undos.incrementAndGet() < 4 * FIVE.attempts()) {
                    throw new Retryable("It is away.", away(), Duration.ofMillis(1));
                  }
                  story.add("unmake");
                })
            .retrying(FIVE)
            .step(
                "fail",
                ctx -> {
                  throw away();
                })
            .build();
    submit("o1", "outage", null);
    runner(quick("r"), script);
    awaitState("o1", "undone");
    assertThat(story).containsExactly("unmake", "ended UNDONE fail away");
  }

  @Test
  void aStuckSagaGoesOnForwardFromTheStepThatFailed() {
    AtomicBoolean broken = new AtomicBoolean(true);
    Script script =
        Script.named("stuck", 1)
            .step("make", ctx -> story.add("make"), ctx -> story.add("unmake"))
            .pointOfNoReturn()
            .step(
                "switch",
                ctx -> {
                  if (broken.get()) {
                    throw away();
                  }
                  return story.add("switch");
                })
            .build();
    submit("s1", "stuck", null);
    SagaRunner runner = runner(quick("r"), script);
    awaitState("s1", "stuck");
    broken.set(false);
    assertThat(SagaStore.resume(database(), "subject-s1", false).await()).isEqualTo("running");
    runner.ring();
    awaitState("s1", "done");
    assertThat(story).containsExactly("make", "ended STUCK switch away", "switch", "ended DONE");
    assertThat(SagaStore.resume(database(), "subject-s1", false).await()).isNull();
  }

  @Test
  void aStuckSagaMayBeginAnewAndThenTurnBackAgain() {
    AtomicBoolean broken = new AtomicBoolean(true);
    Script script =
        Script.named("anew", 1)
            .step(
                "make",
                ctx -> {
                  if (!broken.get()) {
                    throw away();
                  }
                  return story.add("make");
                },
                ctx -> story.add("unmake"))
            .pointOfNoReturn()
            .step(
                "switch",
                ctx -> {
                  throw away();
                })
            .build();
    submit("n1", "anew", null);
    SagaRunner runner = runner(quick("r"), script);
    awaitState("n1", "stuck");
    broken.set(false);
    assertThat(SagaStore.resume(database(), "subject-n1", true).await()).isEqualTo("running");
    runner.ring();
    awaitState("n1", "undone");
    assertThat(story)
        .containsExactly("make", "ended STUCK switch away", "unmake", "ended UNDONE make away");
  }

  @Test
  void anUndoThatFailedIsTriedAgainWhenItIsResumed() {
    AtomicBoolean broken = new AtomicBoolean(true);
    Script script =
        Script.named("undoing", 1)
            .step(
                "make",
                ctx -> story.add("make"),
                ctx -> {
                  if (broken.get()) {
                    throw away();
                  }
                  story.add("unmake");
                })
            .step(
                "check",
                ctx -> {
                  throw Problem.failed("no", "No.", "None.");
                })
            .build();
    submit("u1", "undoing", null);
    SagaRunner runner = runner(quick("r"), script);
    awaitState("u1", "stuck");
    broken.set(false);
    assertThat(SagaStore.resume(database(), "subject-u1", true).await()).isEqualTo("undoing");
    runner.ring();
    awaitState("u1", "undone");
    assertThat(story)
        .isEqualTo(List.of("make", "ended STUCK make away", "unmake", "ended UNDONE make away"));
  }
}
