package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Repository;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Wire;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OnePlatform.class)
final class BuildTypesIT {
  private final World world;

  BuildTypesIT(World world) {
    this.world = world;
  }

  @Test
  void nodeAutoBuildServes() {
    App app = example("node-server", Map.of("build", Map.of("type", "auto"), "port", 3000));
    JsonNode deployment = app.deployed();
    assertThat(app.text()).startsWith("Hello from a Node server").contains("built with Node");
    String log = world.api().log(deployment.path("id").asText());
    assertThat(log).as("the plan is shown").contains("npm ci").contains("npm run build");
    Promise.saw(
        "nodeAutoBuildServes",
        "'%s' after %.1f s",
        app.text().replace('\n', '|'),
        deployment.path("durationSeconds").asDouble());
  }

  @Test
  void theShortFormOfTheFoundingDocumentsBuildsAndServes() {
    String name = World.name("short");
    Repository repository = world.git().repository(name);
    repository.push(Sample.example("node-server"), "first");
    String id =
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
                    "buildCommand",
                    "npm run build",
                    "startCommand",
                    "npm run start",
                    "domain",
                    name + ".example.test",
                    "environment",
                    Map.of("GREETING", "from the short form")));
    world.api().deployed(id);
    Wire.Reply reply = world.visit(name + ".example.test", "/environment/GREETING");
    assertThat(reply.body().strip()).isEqualTo("from the short form");
  }

  @Test
  void staticSiteServesItsFilesAndItsFallback() {
    App app =
        example(
            "static-site", Map.of("build", Map.of("type", "static", "spa", true), "port", 8080));
    app.deployed();
    assertThat(app.text()).contains("Hello from a static site");
    assertThat(app.visit("/assets/style.css").status()).isEqualTo(200);
    assertThat(app.visit("/any/client/route").body()).contains("Hello from a static site");
  }

  @Test
  void anExistingImageNeedsNoRepository() {
    String name = World.name("image");
    String id =
        world
            .api()
            .create(
                Map.of(
                    "name",
                    name,
                    "build",
                    Map.of("type", "image", "image", "slipway-base/busybox:latest"),
                    "startCommand",
                    "mkdir -p /www && echo from an image > /www/index.html && exec httpd -f -p 8080 -h /www",
                    "port",
                    8080));
    world.api().deployed(id);
    assertThat(world.visit(name + ".localhost", "/").body().strip()).isEqualTo("from an image");
  }

  @Test
  void webSocketEchoThroughTheIngress() throws Exception {
    App app = example("websocket-echo", Map.of("build", Map.of("type", "auto"), "port", 3000));
    app.deployed();
    CompletableFuture<String> echoed = new CompletableFuture<>();
    String large = "x".repeat(200_000);
    try (HttpClient client = HttpClient.newHttpClient()) {
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .header("host", app.hostName())
              .buildAsync(
                  URI.create("ws://127.0.0.1:" + world.host().httpPort() + "/any"),
                  new Collecting(large.length(), echoed))
              .get(10, TimeUnit.SECONDS);
      socket.sendText(large, true).get(10, TimeUnit.SECONDS);
      assertThat(echoed.get(20, TimeUnit.SECONDS)).isEqualTo(large);
      socket.abort();
    }
    Promise.saw("webSocketEchoThroughTheIngress", "%d characters echoed", large.length());
  }

  /** Puts the pieces of one long text together. */
  private static final class Collecting implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();
    private final int wanted;
    private final CompletableFuture<String> whole;

    Collecting(int wanted, CompletableFuture<String> whole) {
      this.wanted = wanted;
      this.whole = whole;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (text.length() >= wanted) {
        whole.complete(text.toString());
      }
      socket.request(1);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      whole.completeExceptionally(error);
    }
  }

  @Test
  @Tag("slow")
  void nextJsSiteBuildsAndServes() {
    App app =
        example(
            "nextjs-site",
            Map.of(
                "build",
                Map.of("type", "auto"),
                "buildCommand",
                "npm run build",
                "startCommand",
                "npm run start",
                "port",
                3000,
                "environment",
                Map.of("GREETING", "hello from the environment")));
    JsonNode deployment = app.deployed();
    assertThat(app.text()).contains("Hello from a Next.js site");
    assertThat(app.visit("/now").body()).contains("hello from the environment");
    Promise.saw(
        "nextJsSiteBuildsAndServes",
        "served after %.1f s",
        deployment.path("durationSeconds").asDouble());
  }

  private App example(String folder, Map<String, ?> fields) {
    return world.app(folder, Sample.example(folder), fields);
  }
}
