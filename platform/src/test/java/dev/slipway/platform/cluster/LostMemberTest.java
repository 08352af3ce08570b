package dev.slipway.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.cluster.AnsweringProcess.Who;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members in processes of their own that are killed, frozen and let go on. */
class LostMemberTest {
  private static final String NAME = "slipway-lost-member-test";

  /**
   * What a frozen member may cost: it is found silent, its tables move, its registrations go. About
   * 14 s on a machine with nothing else to do; the bound is for those that have.
   */
  private static final Duration BLACK_HOLE =
      Duration.ofSeconds(9L * HazelcastSettings.SILENT_SECONDS);

  private static final int IN_A_ROW = 40;

  private final List<Integer> ports = List.of(Ports.free(), Ports.free(), Ports.free());
  private Member asker;
  private AnsweringProcess first;
  private AnsweringProcess second;

  @BeforeEach
  void start() {
    asker = Member.join(NAME, "asker", ports.get(0), ports);
    first = AnsweringProcess.start(NAME, "first", ports.get(1), ports);
    second = AnsweringProcess.start(NAME, "second", ports.get(2), ports);
    await().atMost(Duration.ofSeconds(20)).until(() -> asker.members() == 3);
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptionsInstanceOf(Problem.class)
        .until(() -> names(6).equals(Set.of("first", "second")));
  }

  @AfterEach
  void end() {
    first.close();
    second.close();
    asker.close();
  }

  /** Who answers so many questions; fails with the first one that nobody does. */
  private Set<String> names(int questions) {
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < questions; i++) {
      names.add(asker.bus().ask(AnsweringProcess.WHO, new Who("?")).await().name());
    }
    return names;
  }

  /**
   * How many questions nobody answered, until so many in a row were. None outlasts its patience.
   */
  private int unansweredUntilWell() {
    int unanswered = 0;
    int well = 0;
    long began = System.nanoTime();
    while (well < IN_A_ROW) {
      try {
        names(1);
        well++;
      } catch (Problem e) {
        unanswered++;
        well = 0;
      }
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(BLACK_HOLE);
    }
    return unanswered;
  }

  @Test
  void aKilledAnswererIsAskedNoMoreAtOnce() {
    first.signal("KILL");
    int unanswered = unansweredUntilWell();
    assertThat(names(IN_A_ROW)).containsExactly("second");
    await().until(() -> asker.members() == 2);
    System.out.println(
        "PROMISE T1: kill -9 of one of two answerers on the bus: "
            + unanswered
            + " questions unanswered before the other had all");
  }

  @Test
  void aFrozenAnswererIsABlackHoleForSecondsAndComesBackByItself() {
    first.signal("STOP");
    long frozen = System.nanoTime();
    int unanswered = unansweredUntilWell();
    double hole = (System.nanoTime() - frozen) / 1e9;
    await().atMost(BLACK_HOLE).until(() -> asker.members() == 2);

    first.signal("CONT");
    long healed = System.nanoTime();
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(100))
        .until(this::firstHearsABell);
    double bell = (System.nanoTime() - healed) / 1e9;
    await().atMost(Duration.ofSeconds(20)).until(() -> asker.members() == 3);
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptionsInstanceOf(Problem.class)
        .until(() -> names(6).equals(Set.of("first", "second")));
    System.out.printf(
        "PROMISE T4: a frozen member: %d questions unanswered within %.1f s, bells heard %.1f s"
            + " after it went on%n",
        unanswered, hole, bell);
  }

  private boolean firstHearsABell() {
    asker.bus().ring(AnsweringProcess.BELL, new Who("ding"));
    return first.hears("ding", 100);
  }
}
