package dev.slipway.e2e.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Until;
import dev.slipway.e2e.lab.Host;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** T1, T28: hosts are drained, die, are taken out and taken in, as docs/hosts.md tells. */
@ExtendWith(OneField.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostsInAndOutIT {
  private static final Duration MOVE_LIMIT = Duration.ofSeconds(90);
  private static final Duration PACE = Duration.ofMillis(200);

  private final Field field;
  private LabApp app;
  private int version;
  private @Nullable Host takenOut;

  HostsInAndOutIT(Field field) {
    this.field = field;
  }

  @BeforeAll
  void anApplicationServes() {
    app = field.serving("moving", "version 0", Map.of("replicas", 3));
    app.awaitText("version 0");
  }

  @AfterEach
  void allIsWhole() {
    for (Host host : field.lab().hosts()) {
      if (!host.lives()) {
        host.revive();
      }
    }
    if (takenOut != null) {
      takeIn(takenOut, field.cluster().api(takenOut.index() == 1 ? 2 : 1));
    }
    field.lab().awaitNodes(3);
    field.cluster().repair();
  }

  private static boolean manages(Host host) {
    String swarm = "{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}";
    return host.engine().docker("info", "--format", swarm).equals("active true");
  }

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void aHostIsDrainedWhileItsApplicationsAreVisitedAndTakesReplicasAgain() throws Exception {
    List<Visits> visits = new ArrayList<>();
    for (List<Integer> hosts : List.of(List.of(1, 2), List.of(2, 1))) {
      Visitor visitor = new Visitor(app, hosts);
      visits.add(Visits.begin("requests", 1, visitor::once));
    }
    long began = System.nanoTime();
    cli(1, "node", "drain", "host-3", "--wait", "--timeout", "90");
    assertThat(runningOn(3)).isZero();
    Duration drained = Duration.ofNanos(System.nanoTime() - began);
    awaitRunning(1, 3);
    assertThat(cli(2, "node", "list")).contains("no (drained)");
    cli(2, "node", "activate", "host-3", "--wait", "--timeout", "90");
    String text = "version " + ++version;
    app.push(text);
    String id = field.cluster().api(3).deployed(app.id()).path("id").asText();
    app.awaitText(text);
    Until.holds("host 3 takes replicas again", MOVE_LIMIT, PACE, () -> runningOn(3) > 0);
    List<Visits.Tally> seen = visits.stream().map(Visits::end).toList();
    PromiseReport.tell(
        "T28",
        "a host with a replica drained in %.1f s and activated again: %d requests meanwhile, %d failed"
            .formatted(
                drained.toMillis() / 1000.0,
                seen.stream().mapToLong(Visits.Tally::visits).sum(),
                seen.stream().mapToLong(Visits.Tally::failed).sum()));
    assertThat(seen.stream().flatMap(t -> t.failures().stream())).isEmpty();
    field.nothingIsStuckLostOrDoubled(List.of(id));
  }

  /** The worst one: it leads the Swarm, and it has the data of an application. */
  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void theLeadersHostDiesWithTheDataOfAnApplicationAndIsTakenOutAndInAgain() {
    Host dead = field.leader();
    int other = dead.index() == 1 ? 2 : 1;
    LabApp keeper = keeperOn(dead);
    dead.die();
    long died = System.nanoTime();
    awaitDown(other, dead);
    awaitRunning(other, 3);
    Duration moved = Duration.ofNanos(System.nanoTime() - died);
    String text = "version " + ++version;
    app.push(text);
    String id = field.deploySomehow(app, other);
    JsonNode next = field.endedSomehow(id, Duration.ofMinutes(3));
    assertThat(next.path("status").asText())
        .as(() -> next + "\n" + field.cluster().tails())
        .isEqualTo("success");
    assertThat(app.text(other)).isEqualTo(text);
    PromiseReport.tell(
        "T1",
        "host %d, which led the Swarm, dead: 3 of 3 replicas ran elsewhere after %.1f s, and the next deployment ended well"
            .formatted(dead.index(), moved.toMillis() / 1000.0));

    itsDataStays(keeper, dead, other);
    cli(other, "node", "remove", "host-" + dead.index(), "--force", "--wait", "--timeout", "120");
    takenOut = dead;
    assertThat(cli(other, "node", "list")).doesNotContain("host-" + dead.index() + " ");
    dead.revive();
    takeIn(dead, field.cluster().api(other));
    field.lab().awaitNodes(3);
    field.cluster().repair();
    Until.holds(
        () -> "all hosts are ready and lack nothing: " + nodes(other),
        MOVE_LIMIT,
        PACE,
        () -> {
          List<JsonNode> nodes = nodes(other);
          return nodes.size() == 3
              && nodes.stream().allMatch(n -> n.path("missing").isEmpty() && isReady(n));
        });
    app.awaitText(text);
    field.nothingIsStuckLostOrDoubled(List.of(id));
  }

  /** Data is spread over the hosts: one of three applications has it on this one. */
  private LabApp keeperOn(Host host) {
    Map<String, ?> data =
        Map.of("volumes", List.of(Map.of("name", "data", "path", "/data")), "replicas", 1);
    for (int tries = 0; tries < 4; tries++) {
      LabApp keeper = field.serving("keeper", "version kept", data);
      String service = keeper.services().getFirst();
      if (field.manager().nodesOf(service).getFirst().startsWith("host-" + host.index() + " ")) {
        return keeper;
      }
    }
    throw new IllegalStateException("no volume was placed on host " + host.index());
  }

  /** It waits for its data, says so, and is in the way of a removal. */
  private void itsDataStays(LabApp keeper, Host dead, int other) {
    Api api = field.cluster().api(other);
    JsonNode node = node(other, dead);
    assertThat(node.path("volumes").findValuesAsText("applicationName")).contains(keeper.name());
    JsonNode failed = field.endedSomehow(field.deploySomehow(keeper, other), MOVE_LIMIT);
    assertThat(failed.path("failure").path("code").asText())
        .as(failed.toString())
        .isEqualTo("volume_node_down");
    assertThat(failed.path("failure").path("detail").asText()).contains("host-" + dead.index());
    Answer refused = api.delete("/nodes/" + node.path("id").asText());
    assertThat(refused.status()).as(refused.toString()).isEqualTo(409);
    assertThat(refused.json().path("code").asText()).isEqualTo("node_holds_volumes");
  }

  /** With the commands that 'node add' prints, and after the check that it prints. */
  private void takeIn(Host host, Api api) {
    Answer answer = api.post("/nodes/join", Map.of("role", "manager"));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    JsonNode joining = answer.json();
    assertThat(joining.path("checks")).isNotEmpty();
    assertThat(joining.path("hostCheck").asText()).contains("host-check.sh");
    List<String> commands = new ArrayList<>();
    joining.path("commands").forEach(command -> commands.add(command.asText()));
    String join =
        commands.stream()
            .filter(command -> command.contains("docker swarm join "))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no way to join in " + commands));
    String[] words = join.substring(join.indexOf("swarm join ")).strip().split("\\s+");
    host.engine().tryDocker("swarm", "leave", "--force");
    // it may say that it timed out, and join seconds later
    host.engine().tryDocker(words);
    Until.holds(
        () -> "host " + host.index() + " joins: " + nodes(host.index() == 1 ? 2 : 1),
        MOVE_LIMIT,
        PACE,
        () -> manages(host));
    takenOut = null;
  }

  // ---- what is seen ----------------------------------------------------------------------------

  /** As ./slipway runs it, without its look whether everything is built. */
  private String cli(int host, String... words) {
    Api api = field.cluster().api(host);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(SlipwayHost.home().resolve("standalone/target/slipway/lib") + "/*");
    command.add("dev.slipway.cli.SlipwayCommand");
    command.addAll(List.of(words));
    Shell.Outcome outcome =
        Shell.tryRun(
            SlipwayHost.home(),
            Map.of(
                "SLIPWAY_URL",
                api.base().toString(),
                "SLIPWAY_KEY",
                Objects.requireNonNull(api.key(), "the operator's key")),
            Duration.ofMinutes(3),
            command);
    assertThat(outcome.ok()).as("%s: %s", command, outcome.text()).isTrue();
    return outcome.text();
  }

  private List<JsonNode> nodes(int host) {
    List<JsonNode> nodes = new ArrayList<>();
    field.cluster().api(host).get("/nodes").json().path("items").forEach(nodes::add);
    return nodes;
  }

  private JsonNode node(int through, Host host) {
    return nodes(through).stream()
        .filter(node -> node.path("hostname").asText().equals("host-" + host.index()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("host " + host.index() + " is not listed"));
  }

  private static boolean isReady(JsonNode node) {
    return node.path("state").asText().equals("ready");
  }

  private void awaitDown(int through, Host dead) {
    Until.holds(
        () -> "the platform tells that host " + dead.index() + " is down: " + nodes(through),
        MOVE_LIMIT,
        PACE,
        () -> node(through, dead).path("state").asText().equals("down"));
  }

  private void awaitRunning(int through, int replicas) {
    Until.holds(
        () -> replicas + " replicas run: " + field.cluster().api(through).application(app.id()),
        MOVE_LIMIT,
        PACE,
        () ->
            field
                    .cluster()
                    .api(through)
                    .application(app.id())
                    .path("status")
                    .asText()
                    .equals("running")
                && running().size() >= replicas);
  }

  private long runningOn(int host) {
    return running().stream().filter(task -> task.startsWith("host-" + host + " ")).count();
  }

  private List<String> running() {
    List<String> living =
        field.lab().hosts().stream().filter(Host::lives).map(h -> "host-" + h.index()).toList();
    return app.services().stream()
        .flatMap(service -> field.manager().nodesOf(service).stream())
        .filter(task -> task.contains(" Running") && living.contains(task.split(" ")[0]))
        .toList();
  }
}
