package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.EngineSocket;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Secrets are nowhere but where they are needed, and their keys are replaced under way. */
@ExtendWith(OnePlatform.class)
final class SecretsIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The engine's cache knows nothing of secrets: a build of an earlier run would say nothing. */
  private static final String ONCE = Long.toHexString(RANDOM.nextLong());

  private final World world;

  SecretsIT(World world) {
    this.world = world;
  }

  /**
   * Says all it knows, as careless programs do: while it is built, when it starts, at each visit.
   */
  private static Sample careless() {
    return Sample.dockerfile(
            "ARG BUILD_TOKEN",
            "RUN --mount=type=secret,id=BUILD_TOKEN echo \"argument [$BUILD_TOKEN]\" &&"
                + " echo \"building with $(cat /run/secrets/BUILD_TOKEN)\"; cat /run/secrets/BUILD_TOKEN >&2; sleep 1; : "
                + ONCE,
            "COPY start.sh /start.sh",
            "CMD [\"/bin/sh\", \"/start.sh\"]")
        .with(
            "start.sh",
            """
            env
            echo "to stderr: $DATABASE_URL $INHERITED_TOKEN" >&2
            mkdir -p /www && echo running > /www/index.html
            exec httpd -f -p 8080 -h /www
            """);
  }

  private static String canary() {
    byte[] drawn = new byte[12];
    RANDOM.nextBytes(drawn);
    return "canary-" + HexFormat.of().formatHex(drawn);
  }

  private static Map<String, Object> variable(String key, String value) {
    return Map.of("key", key, "value", value);
  }

  @Test
  void aSecretIsNowhereButInTheContainersEnvironment() throws Exception {
    List<String> canaries = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      canaries.add(canary());
    }
    Api api = world.api();
    String project =
        api.post("/projects", Map.of("name", World.name("careless")))
            .expect(201)
            .json()
            .path("id")
            .asText();
    api.patch(
            "/projects/" + project + "/environment",
            Map.of("set", List.of(variable("INHERITED_TOKEN", canaries.get(0)))))
        .expect(200);
    App app =
        world.app(
            "careless",
            careless(),
            Map.of("projectId", project, "environment", Map.of("BUILD_TOKEN", canaries.get(1))));
    api.send(
            "PATCH",
            "/applications/" + app.id() + "/environment",
            dev.slipway.e2e.house.Json.write(
                Map.of(
                    "set",
                    List.of(
                        variable("API_KEY", canaries.get(2)),
                        variable(
                            "DATABASE_URL",
                            "postgres://u:${{project.INHERITED_TOKEN}}@db/" + canaries.get(3))))),
            Map.of("idempotency-key", canary()))
        .expect(200);
    List<String> said = refused(api, app, canaries);

    JsonNode deployment;
    Processes processes = Processes.watched();
    try (processes) {
      deployment = app.deployed();
    }
    JsonNode second = app.pushAndDeploy(careless().with("more.txt", "more"));
    assertThat(app.text()).isEqualTo("running");
    List<JsonNode> deployments = new ArrayList<>(List.of(deployment, second));
    deployments.add(failed(app, careless().with("start.sh", "env; echo last words; exit 3\n")));
    deployments.add(
        failed(
            app,
            Sample.dockerfile(
                "RUN --mount=type=secret,id=BUILD_TOKEN cat /run/secrets/BUILD_TOKEN; "
                    + "cat /run/secrets/BUILD_TOKEN >&2; exit 4")));
    String log =
        await().atMost(LIMIT).until(() -> applicationLog(app), text -> text.contains("to stderr"));

    Search search = new Search(canaries);
    search.text("answers", String.join("\n", said));
    search.text("process list", String.join("\n", processes.seen()));
    long rows = Database.dump(world.host(), search);
    search.files("data directory", world.host().data());
    search.text(
        "build log", api.log(deployment.path("id").asText()) + api.log(second.path("id").asText()));
    search.text("application log", log);
    int answers = everyGet(api, app, project, deployments, search);
    engine(app, search);

    assertThat(log).as("masked, not left out").contains("API_KEY=****", "BUILD_TOKEN=****");
    assertThat(api.log(deployment.path("id").asText()))
        .contains("building with ****", "argument []");
    assertThat(inContainer(app))
        .as("what is searched for is really there")
        .contains(canaries.subList(0, 4));
    PromiseReport.tell(
        "T18",
        "%d canaries in variables, builds, a project's variables, references and refused requests: %d hits in %d rows of the database, %d MB of the data directory, %d answers of the API, logs, %d process lists, images and the engine's own records"
            .formatted(
                canaries.size(),
                search.hits().size(),
                rows,
                search.megabytes(),
                answers,
                processes.looks()));
    assertThat(search.hits()).isEmpty();
  }

  private JsonNode failed(App app, Sample sample) {
    app.repository().push(sample, "one that fails");
    JsonNode ended = world.api().ended(world.api().deploy(app.id()), LIMIT);
    assertThat(ended.path("status").asText()).as(ended.toString()).isEqualTo("failed");
    return ended;
  }

  /** What is refused, and must not be repeated. */
  private static List<String> refused(Api api, App app, List<String> canaries) {
    String path = "/applications/" + app.id();
    List<Answer> answers =
        List.of(
            api.patch(
                path,
                Map.of("repository", "https://me:" + canaries.get(4) + "@git.example.org/a.git")),
            api.patch(
                path + "/environment",
                Map.of("set", List.of(variable("1 no name", canaries.get(5))))),
            api.patch(
                path + "/environment",
                Map.of(
                    "set",
                    List.of(
                        Map.of(
                            "key", "TOKEN", "value", canaries.get(5), "what", canaries.get(5))))),
            api.send(
                "POST",
                path + "/environment/import",
                "TOKEN='" + canaries.get(6) + "\nand no end",
                Map.of("content-type", "text/plain")),
            api.send(
                "PUT",
                path + "/environment",
                "{\"items\": [{\"key\": \"TOKEN\", \"value\": \"" + canaries.get(6),
                Map.of()));
    answers.forEach(answer -> assertThat(answer.status()).as(answer.request()).isBetween(400, 422));
    return answers.stream().map(Answer::body).toList();
  }

  private String applicationLog(App app) {
    return world
        .api()
        .send("GET", "/applications/" + app.id() + "/logs", null, Map.of("accept", "text/plain"))
        .body();
  }

  /** Every GET that the contract names, with what there is in its path. */
  private static int everyGet(
      Api api, App app, String project, List<JsonNode> deployments, Search search) {
    int answers = 0;
    JsonNode paths = api.get("/openapi.json").expect(200).json().path("paths");
    for (var path : paths.properties()) {
      JsonNode get = path.getValue().path("get");
      if (get.isMissingNode()) {
        continue;
      }
      String bare = path.getKey().replaceFirst("^/api", "");
      List<String> ids =
          bare.startsWith("/applications/")
              ? List.of(app.id())
              : bare.startsWith("/projects/")
                  ? List.of(project)
                  : deployments.stream().map(one -> one.path("id").asText()).toList();
      for (String id : bare.contains("{") ? ids : List.of("")) {
        String query = bare.endsWith("/difference") ? "?from=1&to=2" : "";
        Answer answer = api.get(bare.replaceAll("\\{[^}]*}", id) + query);
        search.text("GET " + path.getKey(), answer.body() + answer.headers().map());
        answers++;
      }
    }
    Answer events =
        api.send(
            "GET",
            "/applications/" + app.id() + "/logs",
            null,
            Map.of("accept", "application/json"));
    search.text("log as JSON", events.body());
    return answers;
  }

  /** What the engine tells of services, containers and images, but for the environment itself. */
  private void engine(App app, Search search) throws IOException {
    for (String service : app.services()) {
      search.text("service", withoutEnvironment(EngineSocket.get("/services/" + service)));
      for (String container : EngineSocket.containers(service)) {
        JsonNode inspected = EngineSocket.get("/containers/" + container + "/json");
        search.text("container", withoutEnvironment(inspected));
        String image = inspected.path("Image").asText();
        search.text("image history", Shell.run("docker", "history", "--no-trunc", image));
        search.text("image", Shell.run("docker", "image", "inspect", image));
        Path saved = Files.createTempFile("slipway-e2e-image-", ".tar");
        try {
          Shell.run("docker", "save", "--output", saved.toString(), image);
          search.files("image content", saved);
        } finally {
          Files.delete(saved);
        }
      }
    }
  }

  private static String withoutEnvironment(JsonNode node) {
    node.findParents("Env")
        .forEach(parent -> ((com.fasterxml.jackson.databind.node.ObjectNode) parent).remove("Env"));
    return node.toString();
  }

  private static String inContainer(App app) {
    StringBuilder all = new StringBuilder();
    for (String service : app.services()) {
      EngineSocket.containers(service)
          .forEach(id ->
              all.append(
                  EngineSocket.get("/containers/" + id + "/json").path("Config").path("Env")));
    }
    return all.toString();
  }

  @Test
  void theMasterKeyIsReplacedWhileDeploying() throws Exception {
    App app =
        world.app(
            "rotating",
            Sample.saying("rotating"),
            Map.of(
                "environment",
                Map.of("API_KEY", canary()),
                "healthCheck",
                Map.of("path", "/health")));
    JsonNode first = app.deployed();
    Path file = world.host().data().resolve("master.key");
    final String old = Files.readString(file);
    byte[] key = new byte[32];
    RANDOM.nextBytes(key);
    String fresh = Base64.getEncoder().encodeToString(key);
    Files.writeString(file, fresh + "\n" + old, StandardOpenOption.TRUNCATE_EXISTING);

    List<JsonNode> deployments = new ArrayList<>();
    Thread deploying =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; i < 3; i++) {
                world
                    .api()
                    .patch(
                        "/applications/" + app.id() + "/environment?deploy=false",
                        Map.of("set", List.of(variable("API_KEY", canary()))))
                    .expect(200);
                deployments.add(app.deployed());
              }
            });
    await().atMost(LIMIT).until(() -> !deployments.isEmpty() || !deploying.isAlive());
    Shell.Outcome rotated = rotated();
    deploying.join();
    Files.writeString(file, fresh + "\n", StandardOpenOption.TRUNCATE_EXISTING);

    JsonNode rotation =
        world.api().get("/secrets/rotations").expect(200).json().path("items").get(0);
    Map<String, Object> left = new LinkedHashMap<>();
    left.put(
        "data keys", Database.lines(world.host(), "select count(distinct master) from data_keys"));
    app.rollbackTo(deployments.getFirst());
    world.host().killPlatform();
    world.host().up();
    app.deployed();
    PromiseReport.tell(
        "T19",
        "standalone: the master key replaced in the middle of %d deployments, 0 failed, %s rows sealed anew; a rollback and a start with the new key alone went well"
            .formatted(deployments.size() + 1, rotation.path("sealed").asText()));
    assertThat(rotated.code()).as(rotated.output()).isZero();
    assertThat(deployments).hasSize(3);
    assertThat(left).containsEntry("data keys", List.of("1"));
    assertThat(first.path("status").asText()).isEqualTo("success");
  }

  private Shell.Outcome rotated() {
    return world.host().slipway(Map.of(), "secrets", "rotate");
  }
}
