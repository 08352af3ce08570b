package dev.slipway.e2e.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.LogSocket;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Until;
import dev.slipway.e2e.lab.Engine;
import dev.slipway.e2e.lab.Host;
import dev.slipway.e2e.lab.Truth;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** T1, T9: a whole host loses its power: engine, containers and processes at once. */
@ExtendWith(OneField.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostDeathIT {
  private static final Duration MOVE_LIMIT = Duration.ofSeconds(60);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Field field;

  HostDeathIT(Field field) {
    this.field = field;
  }

  @AfterEach
  void allIsWhole() {
    field.lab().hosts().stream().filter(host -> !host.lives()).forEach(Host::revive);
    field.lab().awaitNodes(3);
    field.cluster().repair();
  }

  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void aHostThatDiesTakesNoApplicationAndNoDeploymentWithIt() {
    LabApp app = field.serving("powerless", "version 0", Map.of("replicas", 3));
    app.awaitText("version 0");
    Host dead = field.lab().host(3);
    Visitor visitor = new Visitor(app, List.of(1, 2));
    Visits visits = Visits.begin("requests", 1, visitor::once);
    app.push("version 1");
    String id = field.cluster().api(1).deploy(app.id());
    LogSocket reader = LogSocket.open(client, field.cluster().api(1), "/deployments/" + id, 0);
    dead.die();
    long died = System.nanoTime();
    JsonNode deployment = field.endedSomehow(id, Duration.ofMinutes(2));
    Duration ended = since(died);
    assertThat(deployment.path("status").asText())
        .as(() -> deployment + "\n" + field.cluster().tails())
        .isEqualTo("success");
    int lines = readToTheEnd(reader);
    awaitReplicas(app, 3);
    Duration moved = since(died);
    awaitProcessesTold();
    dead.revive();
    field.lab().awaitNodes(3);
    field.cluster().repair();
    awaitNoOrphans();
    Visits.Tally seen = visits.end();
    PromiseReport.tell(
        "T1",
        "host 3 dead in the middle of a deployment: it ended well after %.1f s, %d lines of its log were read without a break, its replicas ran elsewhere after %.1f s, %d of %d requests failed before its death was seen, no container was left over when it came back"
            .formatted(
                ended.toMillis() / 1000.0,
                lines,
                moved.toMillis() / 1000.0,
                seen.failed(),
                seen.visits()));
    app.awaitText("version 1");
    field.nothingIsStuckLostOrDoubled(List.of(id));
  }

  /** The reader's stream ended by itself, and no number is missing. */
  private static int readToTheEnd(LogSocket reader) {
    try (reader) {
      assertThat(reader.closed()).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(1000);
      List<Long> numbers = reader.lines().stream().map(l -> l.path("seq").asLong()).toList();
      assertThat(numbers)
          .isNotEmpty()
          .isEqualTo(
              LongStream.rangeClosed(numbers.getFirst(), numbers.getLast()).boxed().toList());
      return numbers.size();
    }
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private void awaitReplicas(LabApp app, int wanted) {
    Until.holds(
        () -> wanted + " replicas run: " + app.now(),
        MOVE_LIMIT,
        Duration.ofMillis(200),
        () -> app.now().path("status").asText().equals("running"));
    Engine manager = field.manager();
    Until.holds(
        "the Swarm runs " + wanted + " replicas on the hosts that live",
        MOVE_LIMIT,
        Duration.ofMillis(200),
        () ->
            app.services().stream()
                    .flatMap(service -> manager.nodesOf(service).stream())
                    .filter(task -> task.contains(" Running") && !task.startsWith("host-3 "))
                    .count()
                >= wanted);
  }

  /** The rows no longer count the dead host's processes as alive. */
  private void awaitProcessesTold() {
    try (Truth truth = field.lab().postgres().truth()) {
      String sql =
          "select id from processes where id like '%-3' and heartbeat_at > now() - interval '15 s'";
      Until.holds(
          () -> "the dead host's processes are told to be gone: " + truth.lines(sql),
          Duration.ofSeconds(30),
          Duration.ofMillis(200),
          () -> truth.lines(sql).isEmpty());
    }
  }

  /**
   * Every container of ours belongs to a task that the Swarm wants to run where it runs. A manager
   * that comes back makes the others elect a leader again, so the Swarm may be silent for a while.
   */
  private void awaitNoOrphans() {
    String label = "dev.slipway.installation=" + field.cluster().installation();
    for (Host host : field.lab().hosts()) {
      Until.holds(
          () -> "no container of " + label + " is left over on host " + host.index(),
          MOVE_LIMIT,
          Duration.ofMillis(500),
          () -> host.engine().knowsItsSwarm() && leftOver(host, label).isEmpty());
    }
  }

  private List<String> leftOver(Host host, String label) {
    List<String> wanted = host.engine().wantedHere();
    return host.engine().taskIds(label).stream().filter(task -> !wanted.contains(task)).toList();
  }
}
