package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Shell;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Source that is sent, and source behind a lock. */
@ExtendWith(OnePlatform.class)
final class SourcesIT {
  private final World world;

  @TempDir Path folder;

  SourcesIT(World world) {
    this.world = world;
  }

  private String application(String name) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("name", name);
    fields.put("repository", null);
    fields.put("build", Map.of("type", "dockerfile"));
    fields.put("port", 8080);
    return world.api().create(fields);
  }

  /** A tar.gz as the tar program packs it. */
  private Path packed(Sample sample) throws IOException {
    Path tree = Files.createTempDirectory(folder, "tree");
    for (var file : sample.files().entrySet()) {
      Path path = tree.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    Path archive = tree.resolveSibling(tree.getFileName() + ".tar.gz");
    Shell.run("tar", "-C", tree.toString(), "-czf", archive.toString(), ".");
    return archive;
  }

  private Answer send(String app, Path archive) throws IOException, InterruptedException {
    URI place = world.api().base().resolve("/api/applications/" + app + "/source");
    HttpRequest request =
        HttpRequest.newBuilder(place)
            .timeout(Duration.ofSeconds(90))
            .header("x-api-key", Objects.requireNonNull(world.api().key()))
            .header("Content-Type", "application/gzip")
            .POST(HttpRequest.BodyPublishers.ofFile(archive))
            .build();
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      var said = client.send(request, HttpResponse.BodyHandlers.ofString());
      return new Answer("POST " + place, said.statusCode(), said.body(), said.headers());
    }
  }

  @Test
  void aSentArchiveIsBuiltServedAndRetried() throws Exception {
    String name = World.name("sent");
    String app = application(name);
    assertThat(world.api().post("/applications/" + app + "/deployments", Map.of()).status())
        .isEqualTo(409);
    String first =
        send(app, packed(Sample.saying("by hand"))).expect(202).json().path("id").asText();
    JsonNode deployment = world.api().succeeded(first);
    assertThat(world.visit(name + ".localhost", "/").body().strip()).isEqualTo("by hand");
    assertThat(deployment.path("commitMessage").asText()).startsWith("archive ");
    world
        .api()
        .succeeded(
            send(app, packed(Sample.saying("once more"))).expect(202).json().path("id").asText());
    assertThat(world.visit(name + ".localhost", "/").body().strip()).isEqualTo("once more");
    String again =
        world
            .api()
            .post("/deployments/" + first + "/retry", Map.of())
            .expect(202)
            .json()
            .path("id")
            .asText();
    world.api().succeeded(again);
    assertThat(world.visit(name + ".localhost", "/").body().strip()).isEqualTo("by hand");
  }

  @Test
  void aHostileArchiveIsRefusedAtTheDoor() throws Exception {
    String app = application(World.name("hostile"));
    Path tree = Files.createDirectory(folder.resolve("hostile"));
    Files.writeString(tree.resolve("a"), "a");
    int refused = 0;
    for (List<String> packing :
        List.of(
            List.of("ln -s /etc/passwd link", "."),
            List.of("ln a b", "."),
            List.of("mkfifo pipe", "."),
            List.of("touch A", "."),
            List.of("true", "--transform=s,^a$,../../a, a"))) {
      Shell.run("bash", "-c", "cd " + tree + " && rm -rf -- * && touch a && " + packing.getFirst());
      Path archive = folder.resolve("hostile-" + refused + ".tar.gz");
      Shell.run(
          "bash", "-c", "cd " + tree + " && tar -P -czf " + archive + " " + packing.getLast());
      Answer answer = send(app, archive).expect(422);
      assertThat(answer.json().path("code").asText())
          .as(packing.getFirst())
          .isIn("path_refused", "entry_refused", "path_ambiguous");
      assertThat(answer.json().path("remedy").asText()).isNotBlank();
      refused++;
    }
    assertThat(world.api().get("/deployments?applicationId=" + app).json().path("items")).isEmpty();
    PromiseReport.tell(
        "T21",
        refused
            + " archives that the tar program makes were refused by a running platform, no deployment made");
  }

  @Test
  void aTokenOpensTheRepositoryItWasGivenFor() {
    String name = World.name("locked");
    String token = "t0ken-" + name + "-canary";
    var repository = world.git().lockedRepository(name, "robot", token);
    repository.push(Sample.saying("behind a lock"), "the first version");
    String app =
        world
            .api()
            .create(
                Map.of(
                    "name",
                    name,
                    "repository",
                    repository.url(),
                    "branch",
                    "main",
                    "build",
                    Map.of("type", "dockerfile"),
                    "port",
                    8080));
    JsonNode refused = world.api().ended(world.api().deploy(app), Duration.ofMinutes(2));
    assertThat(refused.at("/failure/code").asText()).isEqualTo("repository_private");
    var set =
        world
            .api()
            .put(
                "/applications/" + app + "/source-credentials",
                Map.of("username", "robot", "token", token))
            .expect(200);
    assertThat(set.body()).contains("robot").doesNotContain(token);
    JsonNode deployed = world.api().deployed(app);
    assertThat(world.visit(name + ".localhost", "/").body().strip()).isEqualTo("behind a lock");
    assertThat(world.api().log(deployed.path("id").asText())).doesNotContain(token);
    String key =
        world.api().post("/applications/" + app + "/deploy-key", Map.of()).expect(200).body();
    assertThat(key).contains("ssh-ed25519 ").doesNotContain("PRIVATE");
  }
}
