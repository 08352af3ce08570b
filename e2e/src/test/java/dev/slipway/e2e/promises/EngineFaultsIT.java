package dev.slipway.e2e.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Until;
import dev.slipway.e2e.lab.Host;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** T9: an engine hangs, refuses, dies in a build or is restarted; what is asked of it ends. */
@ExtendWith(OneField.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EngineFaultsIT {
  private static final Duration END_LIMIT = Duration.ofMinutes(3);

  private final Field field;
  private LabApp app;
  private int version;

  EngineFaultsIT(Field field) {
    this.field = field;
  }

  @BeforeAll
  void anApplicationServes() {
    app = field.serving("engine", "version 0", Map.of("replicas", 2));
    app.awaitText("version 0");
  }

  @AfterEach
  void allIsWhole() {
    field.lab().hosts().forEach(host -> host.door().open());
    field.lab().awaitNodes(3);
    field.cluster().repair();
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aDeploymentEndsWhileEveryEngineHangsForAWhile() {
    throughFault(
        "every engine hung for 15 s in the middle of a deployment",
        host -> host.door().hang(),
        Duration.ofSeconds(15),
        host -> host.door().open());
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aDeploymentEndsWhileEveryEngineRefusesForAWhile() {
    throughFault(
        "every engine refused for 10 s in the middle of a deployment",
        host -> host.door().refuse(),
        Duration.ofSeconds(10),
        host -> host.door().open());
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aDeploymentEndsThoughEveryCallOfEveryEngineTakesSeconds() {
    String text = "version " + ++version;
    app.push(text);
    String id = field.cluster().api(1).deploy(app.id());
    awaitStatus(id, List.of("deploying", "success"));
    long began = System.nanoTime();
    field.lab().hosts().forEach(host -> host.door().slow());
    ended("every call of every engine took 2 s more from the middle of a deployment on", id, began);
    field.lab().hosts().forEach(host -> host.door().open());
    theNextOneIsWell(List.of());
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void anEngineThatDiesUnderReplicasThatStartThereLeavesNoOrphan() {
    LabApp wide = field.app("wide", Sample.saying("version 0"), Map.of("replicas", 3));
    String id = field.cluster().api(1).deploy(wide.id());
    awaitStatus(id, List.of("deploying", "success"));
    long began = System.nanoTime();
    Host other = field.lab().host(3);
    other.engine().kill();
    other.engine().startAgain();
    ended("the engine of host 3 killed while replicas started there, and started again", id, began);
    field.lab().awaitNodes(3);
    theNextOneIsWell(List.of());
  }

  private String ended(String what, String id, long began) {
    JsonNode deployment = field.cluster().api(1).ended(id, END_LIMIT);
    String status = deployment.path("status").asText();
    PromiseReport.tell(
        "T9",
        "%s: it ended with %s after %.1f s%s"
            .formatted(
                what,
                status,
                Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0,
                status.equals("failed")
                    ? ", because " + deployment.path("failure").path("code").asText()
                    : ""));
    return status;
  }

  private void awaitStatus(String id, List<String> wanted) {
    Until.holds(
        "deployment " + id + " is one of " + wanted,
        Duration.ofSeconds(60),
        Duration.ofMillis(20),
        () -> wanted.contains(status(id)));
  }

  private String status(String id) {
    return field.cluster().api(1).get("/deployments/" + id).json().path("status").asText();
  }

  /** How a host is harmed, or mended. */
  @FunctionalInterface
  private interface Harm {
    void on(Host host);
  }

  private void throughFault(String what, Harm harm, Duration lasting, Harm mend) {
    String text = "version " + ++version;
    app.push(text);
    String id = field.cluster().api(1).deploy(app.id());
    awaitStarted(id);
    long began = System.nanoTime();
    field.lab().hosts().forEach(harm::on);
    Until.holds(
        "the fault has lasted",
        lasting.plusSeconds(5),
        Duration.ofMillis(100),
        () -> System.nanoTime() - began > lasting.toNanos());
    assertThat(app.text(1)).as("applications meanwhile").startsWith("version ");
    field.lab().hosts().forEach(mend::on);
    String status = ended(what, id, began);
    theNextOneIsWell(status.equals("success") ? List.of(id) : List.of());
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void anEngineThatDiesInABuildLeavesNoOrphan() {
    LabApp slow =
        field.app(
            "slow-build", Sample.saying("built").with("Dockerfile", slowDockerfile()), Map.of());
    String id = field.cluster().api(1).deploy(slow.id());
    Host builder = awaitBuilding(id);
    long began = System.nanoTime();
    builder.engine().kill();
    builder.engine().startAgain();
    field.lab().awaitNodes(3);
    JsonNode deployment = field.cluster().api(1).ended(id, END_LIMIT);
    PromiseReport.tell(
        "T9",
        "the engine of host %d killed in a build and started again: the deployment ended with %s (%s) after %.1f s"
            .formatted(
                builder.index(),
                deployment.path("status").asText(),
                deployment.path("failure").path("code").asText("no failure"),
                Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0));
    theNextOneIsWell(List.of());
  }

  private static String slowDockerfile() {
    return Sample.saying("").file("Dockerfile").replaceFirst("\n", "\nRUN sleep 8\n");
  }

  private Host awaitBuilding(String id) {
    awaitStarted(id);
    String sql = "select owner from sagas where kind = 'build' and subject = '" + id + "'";
    try (var truth = field.lab().postgres().truth()) {
      String owner = truth.lines(sql).getFirst();
      return field.lab().host(Integer.parseInt(owner.substring(owner.lastIndexOf('-') + 1)));
    }
  }

  private void awaitStarted(String id) {
    Until.holds(
        "the build of " + id + " runs",
        Duration.ofSeconds(30),
        Duration.ofMillis(20),
        () ->
            !List.of("pending", "queued")
                .contains(
                    field
                        .cluster()
                        .api(1)
                        .get("/deployments/" + id)
                        .json()
                        .path("status")
                        .asText()));
  }

  private void theNextOneIsWell(List<String> before) {
    String text = "version " + ++version;
    app.push(text);
    String next = field.cluster().api(2).deployed(app.id()).path("id").asText();
    app.awaitText(text);
    field.nothingIsStuckLostOrDoubled(
        before.isEmpty() ? List.of(next) : List.of(before.getFirst(), next));
  }
}
