package dev.slipway.e2e.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Until;
import dev.slipway.e2e.lab.Host;
import dev.slipway.e2e.lab.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** T4, T5: the network between the hosts is cut or loses packets; nothing acts twice, all ends. */
@EnabledIfSystemProperty(named = "slipway.soak", matches = "true")
@ExtendWith(OneField.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PartitionIT {
  private static final Duration END_LIMIT = Duration.ofSeconds(90);
  // longer than a lease, so that what the cut-off host held is taken over meanwhile
  private static final Duration TAKEOVER_LIMIT = Duration.ofSeconds(40);
  private static final Duration READY_LIMIT = Duration.ofSeconds(30);
  private static final Duration LOSS_LASTS = Duration.ofSeconds(60);
  private static final Duration BELL_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  private final Field field;
  private LabApp app;
  private int version;

  PartitionIT(Field field) {
    this.field = field;
  }

  @BeforeAll
  void anApplicationServes() {
    app = field.serving("cut", "version 0", Map.of("replicas", 2));
    app.awaitText("version 0");
  }

  @AfterEach
  void allIsWhole() {
    field.lab().heal();
    field.lab().awaitNodes(3);
    field.cluster().replaceUnready();
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aHostThatIsCutOffBothWaysActsNoMoreAndComesBack() {
    Host lost = field.lab().host(1);
    cutAndHeal(
        "host 1 cut off from the others and from the database",
        () -> {
          lost.cutOff(field.lab().host(2));
          lost.cutOff(field.lab().host(3));
          lost.cutToDatabase();
        });
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aHostThatIsHeardButHearsNothingActsNoMoreAndComesBack() {
    Host deaf = field.lab().host(1);
    cutAndHeal(
        "host 1 deaf to the others, its database out of reach",
        () -> {
          field.lab().host(2).cutTo(deaf);
          field.lab().host(3).cutTo(deaf);
          deaf.cutToDatabase();
        });
  }

  /**
   * A deployment is under way when the cut comes; whoever had it, it ends on the side that has the
   * database. After the heal the next one goes through the host that was cut off.
   */
  private void cutAndHeal(String what, Runnable cut) {
    List<String> deployments = new ArrayList<>();
    String text = "version " + ++version;
    app.push(text);
    String id = field.cluster().api(2).deploy(app.id());
    deployments.add(id);
    cut.run();
    long began = System.nanoTime();
    JsonNode deployment = field.cluster().api(2).ended(id, TAKEOVER_LIMIT.plus(END_LIMIT));
    Duration ended = since(began);
    assertThat(deployment.path("status").asText()).as(deployment.toString()).isEqualTo("success");
    field.lab().heal();
    long healed = System.nanoTime();
    String after = "version " + ++version;
    app.push(after);
    awaitAnswers(1);
    Duration answers = since(healed);
    String next = field.cluster().api(1).deploy(app.id());
    long asked = System.nanoTime();
    deployments.add(next);
    awaitBegun(next);
    Duration heard = since(asked);
    field.cluster().awaitReady();
    Duration ready = since(healed);
    JsonNode second = field.cluster().api(3).ended(next, END_LIMIT);
    PromiseReport.tell(
        "T4",
        "%s in the middle of a deployment: it ended well after %.1f s; the host answered %.1f s after the heal, what it was asked was begun %.1f s later, and every process was ready again after %.1f s"
            .formatted(what, seconds(ended), seconds(answers), seconds(heard), seconds(ready)));
    assertThat(second.path("status").asText()).as(second.toString()).isEqualTo("success");
    assertThat(heard).isLessThanOrEqualTo(BELL_LIMIT);
    app.awaitText(after);
    field.nothingIsStuckLostOrDoubled(deployments);
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /** The gateway of a host that was cut off has its database again. */
  private void awaitAnswers(int host) {
    Until.holds(
        () -> "the gateway of host " + host + " answers\n" + field.cluster().tails(),
        ANSWER_LIMIT,
        Duration.ofMillis(100),
        () -> field.answers(host));
  }

  /** Somebody has heard the bell, or has looked. */
  private void awaitBegun(String id) {
    Until.holds(
        "the deployment that was asked for after the heal is begun",
        END_LIMIT,
        Duration.ofMillis(50),
        () ->
            !field
                .cluster()
                .api(2)
                .get("/deployments/" + id)
                .json()
                .path("status")
                .asText()
                .equals("pending"));
  }

  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void everyDeploymentEndsWhateverShareOfThePacketsIsLost() {
    Plan plan = Plan.of("T5");
    List<String> deployments = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    for (double loss : losses()) {
      field.lab().hosts().forEach(host -> host.lose(loss));
      String text = "version " + ++version;
      app.push(text);
      String id = field.deploySomehow(app, plan.oneOf(List.of(1, 2, 3)));
      long began = System.nanoTime();
      // managers that lose every third packet may find no leader: then it ends when they do
      boolean inTime = field.endsSomehow(id, LOSS_LASTS);
      field.lab().heal();
      JsonNode deployment = field.endedSomehow(id, END_LIMIT.multipliedBy(2));
      Duration ended = since(began);
      // what is not ready by then is replaced, as a supervisor would
      List<String> unready = field.cluster().unreadyAfter(READY_LIMIT);
      field.cluster().replaceUnready();
      String status = deployment.path("status").asText();
      seen.add(
          "%.0f %%: %s after %.1f s%s, %d processes not ready %d s after the heal"
              .formatted(
                  loss * 100,
                  status,
                  seconds(ended),
                  inTime ? "" : " (after the heal)",
                  unready.size(),
                  READY_LIMIT.toSeconds()));
      if (status.equals("success")) {
        deployments.add(id);
      }
    }
    PromiseReport.tell("T5", "one deployment at each loss of packets on all hosts: " + seen);
    String text = "version " + ++version;
    app.push(text);
    deployments.add(field.deploySomehow(app, 1));
    field.endedSomehow(deployments.getLast(), END_LIMIT);
    app.awaitText(text);
    field.nothingIsStuckLostOrDoubled(deployments);
  }

  private static List<Double> losses() {
    return Plan.soak() ? List.of(0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3) : List.of(0.01, 0.1);
  }
}
