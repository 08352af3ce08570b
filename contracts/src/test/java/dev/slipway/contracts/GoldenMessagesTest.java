package dev.slipway.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.application.Resources;
import dev.slipway.contracts.application.Volume;
import dev.slipway.contracts.backup.BackupContract;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupOrder;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.backup.RestoreOrder;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.deployment.BuildOrder;
import dev.slipway.contracts.deployment.DeployOrder;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.deployment.ReleaseSpec;
import dev.slipway.contracts.event.Events;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.node.NodeRole;
import dev.slipway.contracts.route.Route;
import dev.slipway.contracts.route.RouteState;
import dev.slipway.contracts.route.RouteTable;
import dev.slipway.contracts.route.Target;
import dev.slipway.contracts.runtime.RuntimeContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each record that crosses a process or outlives one, against a file written by the version that
 * introduced it. A golden file changes only by adding optional fields; deleting one needs a
 * decision record.
 */
class GoldenMessagesTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .build();

  private static final ApplicationConfig CONFIG =
      new ApplicationConfig(
          "https://git.example.org/me/shop.git",
          "main",
          null,
          "web",
          BuildConfig.auto(),
          "npm run start",
          3000,
          2,
          new Resources(256, 0.5),
          new HealthCheck("/health", 30, 10, 3, 60),
          List.of("shop.example.org"),
          List.of(new Volume("data", "/data")),
          false,
          true,
          120,
          30);

  static Stream<Object> messages() {
    var deployment = new DeploymentId("dep_1");
    var application = new ApplicationId("app_1");
    var release = new ReleaseId("rel_1");
    return Stream.of(
        new Events.Available("dep_1"),
        new Events.Event(
            7, "deployment.changed", "app_1", "dep_1", "success", Instant.ofEpochSecond(0)),
        new LogStreams.Appended("d:dep_1", 1, 2, "{}\n{}\n", false),
        new RuntimeContract.ReleaseReady(release),
        new RuntimeContract.Readiness(false, "Its image is gone."),
        new BuildOrder(deployment, application, "shop", CONFIG, 3, "c0ffee"),
        new DeployOrder(deployment, application, release),
        new ReleaseSpec("shop:1", "sha256:1", 3, CONFIG, "run", 3000, "c0ffee", "A change"),
        new Failure("build", "build_failed", "Exit code 1.", "Read the log.", List.of("last")),
        new RouteTable(
            "abcdef012345",
            9,
            List.of(
                new Route(
                    "shop.localhost",
                    application,
                    release,
                    RouteState.SERVING,
                    List.of(new Target("172.18.0.5", 3000))))));
  }

  static Stream<Object> nodeMessages() {
    var application = new ApplicationId("app_1");
    var release = new ReleaseId("rel_1");
    var at = Instant.ofEpochSecond(0);
    return Stream.of(
        new NodeContract.TasksOf(application),
        new NodeContract.Tasks(
            List.of(
                new NodeContract.Task(
                    "t1",
                    release,
                    1,
                    "running",
                    new NodeId("n1"),
                    "c1",
                    null,
                    List.of("10.0.1.5"),
                    List.of(30001),
                    at))),
        new NodeContract.Joining(NodeRole.WORKER),
        new NodeContract.Joined("SWMTKN-1-x", "10.0.0.1:2377", "10.0.0.1:5000", "published"),
        new NodeContract.ContainersOf(application),
        new NodeContract.Containers(
            List.of(
                new NodeContract.Container(
                    "c1",
                    release,
                    "running",
                    "healthy",
                    0,
                    false,
                    "172.18.0.5",
                    at,
                    List.of(new NodeContract.Port(8080, 30001))))),
        new NodeContract.StatsOf(application),
        new NodeContract.DatabaseStatsOf(new DatabaseId("db_1")),
        new NodeContract.Stats(List.of(new NodeContract.Usage("c1", 0.5, 1, 2, 3, 4, 5))),
        new NodeContract.Exec(application, "c1", List.of("ls", "-l"), 10),
        new NodeContract.Executed(0, "total 0\n", 0),
        new NodeContract.Reaches(List.of("10.0.0.2:7946")),
        new NodeContract.Reached(
            "runtime-1",
            new NodeContract.Reach("10.0.0.1:5000", null),
            List.of(new NodeContract.Reach("10.0.0.2:7946", "Connection refused.")),
            at));
  }

  static Stream<Object> backupMessages() {
    BackupId backup = new BackupId("bak_1");
    return Stream.of(
        new BackupOrder(backup, true),
        new RestoreOrder("rst_1", true),
        new BackupContract.Check("local"),
        new BackupContract.Checked(false, "destination_denied", "It says no.", "Ask it."),
        new BackupContract.Read(backup, 1_048_576, 1024),
        new BackupContract.Receive(backup, "local", "postgresql", "17", true),
        new BackupContract.Receiving("backup-1"),
        new BackupContract.Taken(1024),
        new BackupContract.Finish(backup, 1024),
        new BackupContract.Received(
            "slipway/0123456789ab/imports/bak_1.zst",
            new Manifest(
                "pg_dump-custom",
                "pg_dump 17",
                "17.1",
                Instant.parse("2026-11-21T10:15:30Z"),
                new TreeMap<>(Map.of("public.a", 3L)),
                new TreeMap<>(),
                100,
                "aa",
                50,
                "bb",
                "zstd",
                "bky_1",
                7)),
        new BackupContract.Abandon(backup));
  }

  @ParameterizedTest
  @MethodSource({"messages", "nodeMessages", "backupMessages"})
  void isWrittenAndReadAsItsGoldenFileSays(Object message) throws IOException {
    String name = message.getClass().getSimpleName();
    String golden = read("/golden/" + name + ".v1.json");

    assertThat(JSON.readTree(JSON.writeValueAsString(message))).isEqualTo(JSON.readTree(golden));
    assertThat(JSON.readValue(golden, message.getClass())).isEqualTo(message);
  }

  private static String read(String resource) throws IOException {
    try (var stream =
        Objects.requireNonNull(
            GoldenMessagesTest.class.getResourceAsStream(resource), "There is no " + resource)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
