package dev.slipway.platform.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.bus.Ask;
import dev.slipway.contracts.bus.Bell;
import dev.slipway.contracts.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BusTest {
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx, "test");

  record Question(String text, @Nullable Integer number, Instant at) {}

  record Answer(String text) {}

  record WiderAnswer(String text, String addedLater) {}

  private static final Ask<Question, Answer> ASK =
      new Ask<>("test.ask", 1, Question.class, Answer.class, Duration.ofMillis(300));
  private static final Bell<Answer> BELL = new Bell<>("test.bell", 1, Answer.class);

  private static Question question() {
    return new Question("why", null, Instant.parse("2026-11-21T10:00:00Z"));
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private Problem problemOf(Ask<Question, Answer> ask) {
    try {
      bus.ask(ask, question()).await();
    } catch (Problem problem) {
      return problem;
    }
    throw new AssertionError("It was answered");
  }

  @Test
  void aQuestionGetsItsAnswer() {
    bus.answer(ASK, q -> Future.succeededFuture(new Answer(q.text() + " " + q.at()))).await();
    assertThat(bus.ask(ASK, question()).await()).isEqualTo(new Answer("why 2026-11-21T10:00:00Z"));
  }

  @Test
  void aHandlerThatThrowsIsNoTimeOutAndGivesNothingAway() {
    bus.answer(
            ASK,
            q -> {
              throw new IllegalStateException("password=hunter2");
            })
        .await();
    Problem problem = problemOf(ASK);
    assertThat(problem.code()).isEqualTo("internal");
    assertThat(problem.detail()).doesNotContain("hunter2");
  }

  @Test
  void aProblemArrivesAsItWasThrown() {
    bus.answer(ASK, q -> Future.failedFuture(Problem.invalid("text", "is no question"))).await();
    Problem problem = problemOf(ASK);
    assertThat(problem.status()).isEqualTo(422);
    assertThat(problem.code()).isEqualTo("invalid_request");
    assertThat(problem.errors()).hasSize(1);
    assertThat(problem.remedy()).isNotEmpty();
  }

  @Test
  void silenceAndAbsenceAreUnavailable() {
    assertThat(problemOf(ASK).code()).isEqualTo("unavailable");
    bus.answer(ASK, q -> Promise.<Answer>promise().future()).await();
    assertThat(problemOf(ASK).detail()).contains("300 ms");
  }

  @Test
  void anotherVersionIsRefusedByName() {
    bus.answer(ASK, q -> Future.succeededFuture(new Answer("one"))).await();
    Ask<Question, Answer> second =
        new Ask<>("test.ask", 2, Question.class, Answer.class, Duration.ofMillis(300));
    Problem problem = problemOf(second);
    assertThat(problem.status()).isEqualTo(426);
    assertThat(problem.detail()).contains("version 1");
    assertThat(bus.ask(ASK, question()).await().text()).isEqualTo("one");
  }

  @Test
  void unknownFieldsAreIgnored() {
    Ask<Question, WiderAnswer> newer =
        new Ask<>("test.ask", 1, Question.class, WiderAnswer.class, Duration.ofMillis(300));
    bus.answer(newer, q -> Future.succeededFuture(new WiderAnswer("known", "unknown"))).await();
    assertThat(bus.ask(ASK, question()).await()).isEqualTo(new Answer("known"));
  }

  @Test
  void beyondItsAdmissionItSaysBusyAtOnce() {
    Promise<Answer> first = Promise.promise();
    bus.answer(ASK, 1, q -> first.future()).await();
    Future<Answer> waiting = bus.ask(ASK, question());
    assertThat(problemOf(ASK).status()).isEqualTo(429);
    first.complete(new Answer("done"));
    assertThat(waiting.await().text()).isEqualTo("done");
  }

  @Test
  void everybodyHearsABellUntilTheyStop() {
    List<String> heard = new CopyOnWriteArrayList<>();
    Subscription first = bus.hear(BELL, bell -> heard.add("first " + bell.text())).await();
    bus.hear(
            BELL,
            bell -> {
              throw new IllegalStateException("deaf");
            })
        .await();
    bus.hear(BELL, bell -> heard.add("third " + bell.text())).await();
    bus.ring(BELL, new Answer("ding"));
    await()
        .untilAsserted(
            () -> assertThat(heard).containsExactlyInAnyOrder("first ding", "third ding"));
    first.end().await();
    bus.ring(BELL, new Answer("dong"));
    await().untilAsserted(() -> assertThat(heard).contains("third dong"));
    assertThat(heard).doesNotContain("first dong");
  }

  @Test
  void jsonThatDoesNotFitIsRefusedWithoutRepeatingIt() {
    assertThatThrownBy(() -> Json.read("{\"at\":\"hunter2\"}", Question.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hunter2");
  }
}
