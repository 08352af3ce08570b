package dev.slipway.platform.saga;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What cancelling means before, in and after each part of a script. */
class SagaCancelTest extends RunnerStand {
  private Script stoppable(CountDownLatch reached, String blocking, boolean returns) {
    Action block =
        ctx -> {
          reached.countDown();
          try {
            // Longer than any test waits: only an interrupt ends it in time.
            new CountDownLatch(1).await(60, TimeUnit.SECONDS);
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
    assertThat(SagaStore.cancel(database(), "subject-c2").await())
        .isEqualTo(CancelOutcome.REQUESTED);
    awaitState("c2", "undone");
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
  void cancelledRightBeforeAHandOverTheNextSagaDoesNotBegin() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    Script build =
        Script.named("build", 1)
            .step(
                "push",
                ctx -> {
                  reached.countDown();
                  try {
                    new CountDownLatch(1).await(60, TimeUnit.SECONDS);
                  } catch (InterruptedException late) {
                    story.add("pushed");
                  }
                  ctx.handOver(
                      new NewSaga("c5-deploy", "deploy", 1, ctx.subject(), "app", Map.of()));
                  return null;
                })
            .build();
    Script deploy = Script.named("deploy", 1).step("serve", ctx -> story.add("serve")).build();
    submit("c5", "build", "app");
    runner(quick("r"), build, deploy);
    assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(SagaStore.cancel(database(), "subject-c5").await())
        .isEqualTo(CancelOutcome.REQUESTED);
    awaitState("c5", "done");
    awaitState("c5-deploy", "undone");
    assertThat(story).containsExactly("pushed", "ended CANCELLED");
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
}
