package dev.slipway.platform.cluster;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.bus.Ask;
import dev.slipway.contracts.bus.Bell;
import dev.slipway.contracts.problem.Problem;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two members that reach each other over cables, which are cut and mended. */
class PartitionTest {
  private static final String NAME = "slipway-partition-test";
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration SPLIT = Duration.ofSeconds(4L * HazelcastSettings.SILENT_SECONDS);
  private static final Ask<Text, Text> ASK =
      new Ask<>("test.ask", 1, Text.class, Text.class, Duration.ofSeconds(2));
  private static final Bell<Text> BELL = new Bell<>("test.bell", 1, Text.class);

  private final List<Cable> cables = new ArrayList<>();
  private final List<Member> members = new ArrayList<>();
  private final List<Integer> announced = List.of(Ports.free(), Ports.free());

  record Text(String text) {}

  @AfterEach
  void end() {
    cables.forEach(Cable::mend);
    members.forEach(Member::close);
    cables.forEach(Cable::close);
  }

  /** A member whose two ports the other reaches over cables alone. */
  private Member join(String id, int announcedPort) {
    var bind = new ClusterConfig.Place(LOOPBACK, Ports.free(), Ports.free());
    var announce = new ClusterConfig.Place(LOOPBACK, announcedPort, Ports.free());
    cables.add(new Cable(announce.port(), bind.port()));
    cables.add(new Cable(announce.busPort(), bind.busPort()));
    List<String> known = announced.stream().map(port -> LOOPBACK + ":" + port).toList();
    Member member =
        Member.join(NAME, id, new ClusterConfig(known, bind, announce, Optional.empty()));
    members.add(member);
    return member;
  }

  @Test
  void bellsRingAndQuestionsAreAnsweredAgainSecondsAfterACutIsMended() {
    Member here = join("here", announced.get(0));
    Member there = join("there", announced.get(1));
    AtomicInteger heard = new AtomicInteger();
    there.bus().hear(BELL, bell -> heard.incrementAndGet()).await();
    there.bus().answer(ASK, Future::succeededFuture).await();
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptionsInstanceOf(Problem.class)
        .until(() -> here.bus().ask(ASK, new Text("?")).await().text().equals("?"));

    cables.forEach(Cable::cut);
    assertThatThrownBy(() -> here.bus().ask(ASK, new Text("?")).await())
        .isInstanceOf(Problem.class)
        .hasMessageContaining("2000 ms");
    await().atMost(SPLIT).until(() -> here.members() == 1 && there.members() == 1);

    int before = heard.get();
    cables.forEach(Cable::mend);
    long mended = System.nanoTime();
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> {
          here.bus().ring(BELL, new Text("ding"));
          return heard.get() > before;
        });
    double bell = (System.nanoTime() - mended) / 1e9;
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptionsInstanceOf(Problem.class)
        .until(() -> here.bus().ask(ASK, new Text("!")).await().text().equals("!"));
    // bells and answers pass before both sides have agreed on who is there
    await().atMost(Duration.ofSeconds(30)).until(() -> here.members() == 2);
    System.out.printf(
        "PROMISE T4: bells heard %.1f s after a cut between two members was mended%n", bell);
  }
}
