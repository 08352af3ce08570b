package dev.slipway.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.Hazelcast;
import dev.slipway.contracts.bus.Ask;
import dev.slipway.contracts.bus.Bell;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Subscription;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code BusTest} promises inside one process, between three members. */
class ClusteredBusTest {
  private static final String NAME = "slipway-clustered-bus-test";
  private static final AtomicInteger LAST = new AtomicInteger();
  private static Member asker;
  private static Member first;
  private static Member second;

  record Text(String text) {}

  @BeforeAll
  static void join() {
    List<Integer> ports = List.of(Ports.free(), Ports.free(), Ports.free());
    asker = Member.join(NAME, "asker", ports.get(0), ports);
    first = Member.join(NAME, "first", ports.get(1), ports);
    second = Member.join(NAME, "second", ports.get(2), ports);
    await().atMost(Duration.ofSeconds(20)).until(() -> asker.members() == 3);
  }

  @AfterAll
  static void leave() {
    first.close();
    second.close();
    asker.close();
  }

  private static Ask<Text, Text> ask(int version) {
    return new Ask<>(
        "test.ask" + LAST.incrementAndGet(),
        version,
        Text.class,
        Text.class,
        Duration.ofSeconds(2));
  }

  private static Problem problemOf(Ask<Text, Text> ask) {
    return catchThrowableOfType(Problem.class, () -> asker.bus().ask(ask, new Text("?")).await());
  }

  @Test
  void aMemberIsSafeOnceItsTablesHaveACopy() {
    await().until(() -> asker.cluster().safe().await());
  }

  @Test
  void aQuestionIsAnsweredByWhoeverAnswersTakingTurns() {
    Ask<Text, Text> ask = ask(1);
    first.bus().answer(ask, q -> Future.succeededFuture(new Text("first " + q.text()))).await();
    second.bus().answer(ask, q -> Future.succeededFuture(new Text("second " + q.text()))).await();
    await()
        .untilAsserted(() ->
            assertThat(
                    List.of(
                        asker.bus().ask(ask, new Text("1")).await().text(),
                        asker.bus().ask(ask, new Text("1")).await().text()))
                .containsExactlyInAnyOrder("first 1", "second 1"));
  }

  @Test
  void aQuestionToOnePlaceIsAnsweredThereAlone() {
    Ask<Text, Text> ask = ask(1);
    first.bus().answer(ask.at("node1"), q -> Future.succeededFuture(new Text("first"))).await();
    second.bus().answer(ask.at("node2"), q -> Future.succeededFuture(new Text("second"))).await();
    for (int i = 0; i < 10; i++) {
      assertThat(asker.bus().ask(ask.at("node2"), new Text("?")).await().text())
          .isEqualTo("second");
    }
    assertThat(problemOf(ask.at("node3")).code()).isEqualTo("unavailable");
  }

  @Test
  void anotherVersionIsRefusedByNameAcrossProcesses() {
    Ask<Text, Text> older = ask(1);
    first.bus().answer(older, q -> Future.succeededFuture(q)).await();
    Problem problem =
        problemOf(new Ask<>(older.address(), 2, Text.class, Text.class, older.patience()));
    assertThat(problem.status()).isEqualTo(426);
    assertThat(problem.detail()).contains("version 1");
  }

  @Test
  void twoVersionsAreAnsweredSideBySide() {
    Ask<Text, Text> older = ask(1);
    Ask<Text, Text> newer = new Ask<>(older.address(), 2, Text.class, Text.class, older.patience());
    first.bus().answer(older, q -> Future.succeededFuture(new Text("one"))).await();
    second.bus().answer(newer, q -> Future.succeededFuture(new Text("two"))).await();
    for (int i = 0; i < 10; i++) {
      assertThat(asker.bus().ask(older, new Text("?")).await().text()).isEqualTo("one");
      assertThat(asker.bus().ask(newer, new Text("?")).await().text()).isEqualTo("two");
    }
  }

  @Test
  void aFailureArrivesAtOnceAndAsItWasThrown() {
    Ask<Text, Text> ask = ask(1);
    first
        .bus()
        .answer(
            ask,
            q -> {
              throw Problem.invalid("text", "is no question");
            })
        .await();
    assertThat(problemOf(ask).code()).isEqualTo("invalid_request");
  }

  @Test
  void silenceEndsWithThePatienceOfTheQuestion() {
    Ask<Text, Text> ask = ask(1);
    first.bus().answer(ask, q -> Promise.<Text>promise().future()).await();
    assertThat(problemOf(ask).detail()).contains("within 2000 ms");
  }

  @Test
  void beyondItsAdmissionAMemberSaysBusy() {
    Ask<Text, Text> ask = ask(1);
    Promise<Text> held = Promise.promise();
    AtomicInteger begun = new AtomicInteger();
    first
        .bus()
        .answer(
            ask,
            1,
            q -> {
              begun.incrementAndGet();
              return held.future();
            })
        .await();
    Future<Text> waiting = asker.bus().ask(ask, new Text("slow"));
    await().until(() -> begun.get() == 1);
    assertThat(problemOf(ask).status()).isEqualTo(429);
    held.complete(new Text("done"));
    assertThat(waiting.await().text()).isEqualTo("done");
  }

  @Test
  void aMessageOfManyMegabytesArrivesWhole() {
    Ask<Text, Text> ask =
        new Ask<>("test.large", 1, Text.class, Text.class, Duration.ofSeconds(20));
    first.bus().answer(ask, q -> Future.succeededFuture(new Text(q.text() + "!"))).await();
    String large = "0123456789abcdef".repeat(512 * 1024);
    assertThat(asker.bus().ask(ask, new Text(large)).await().text()).isEqualTo(large + "!");
  }

  @Test
  void aBellIsHeardByEveryMember() {
    List<String> heard = new CopyOnWriteArrayList<>();
    Bell<Text> bell = new Bell<>("test.bell", 1, Text.class);
    first.bus().hear(bell, rung -> heard.add("first")).await();
    second.bus().hear(bell, rung -> heard.add("second")).await();
    await()
        .untilAsserted(() -> {
          asker.bus().ring(bell, new Text("ding"));
          assertThat(heard).contains("first", "second");
        });
  }

  @Test
  void whoeverStopsAnsweringIsAskedNoMore() {
    Ask<Text, Text> ask = ask(1);
    Subscription leaving =
        first.bus().answer(ask, q -> Future.succeededFuture(new Text("first"))).await();
    second.bus().answer(ask, q -> Future.succeededFuture(new Text("second"))).await();
    leaving.end().await();
    await()
        .untilAsserted(() -> {
          for (int i = 0; i < 10; i++) {
            assertThat(asker.bus().ask(ask, new Text("?")).await().text()).isEqualTo("second");
          }
        });
  }

  @Test
  void aMemberThatTheClusterHasForgottenMakesItselfKnownAnew() {
    Ask<Text, Text> ask = ask(1);
    Set<Thread> heardOn = ConcurrentHashMap.newKeySet();
    Set<Thread> ownThread = ConcurrentHashMap.newKeySet();
    Context own = second.vertx().getOrCreateContext();
    Promise<Subscription> answering = Promise.promise();
    own.runOnContext(there -> {
      ownThread.add(Thread.currentThread());
      second
          .bus()
          .answer(
              ask,
              q -> {
                heardOn.add(Thread.currentThread());
                return Future.succeededFuture(new Text("second"));
              })
          .onComplete(answering);
    });
    answering.future().await();
    var probe = new BusProbe(second.cluster(), second.bus(), "second", Duration.ofMillis(100));
    probe.start().await();
    forget("test.ask");
    forget("process.echo");
    assertThat(problemOf(ask).code()).isEqualTo("unavailable");

    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(problemOf(ask)).isNull());
    await().until(probe::heard);
    assertThat(second.bus().counts().registeredAnew()).isPositive();
    assertThat(heardOn).isEqualTo(ownThread);
    probe.stop().await();
  }

  /** What a merge after a partition may do to the table of who listens where. */
  private static void forget(String prefix) {
    var subscriptions =
        Hazelcast.getHazelcastInstanceByName(hazelcastName())
            .<String, Object>getMultiMap("__vertx.subs");
    subscriptions.keySet().stream()
        .filter(address -> address.startsWith(prefix))
        .forEach(subscriptions::delete);
  }

  private static String hazelcastName() {
    return Hazelcast.getAllHazelcastInstances().stream()
        .filter(one -> one.getConfig().getClusterName().equals(NAME))
        .findFirst()
        .orElseThrow()
        .getName();
  }
}
