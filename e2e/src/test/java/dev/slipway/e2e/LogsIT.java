package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.LogSocket;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Until;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OnePlatform.class)
final class LogsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(20);

  /**
   * Prints "n 1", "n 2", … without end: lines that come alone, which are stored one by one, and
   * bursts, which are stored in batches.
   */
  private static final Sample COUNTING =
      Sample.node(
          """
          let n = 0;
          let ticks = 0;
          setInterval(() => {
            for (let i = ++ticks % 10 === 0 ? 30 : 1; i > 0; i--) console.log('n ' + ++n);
          }, 60);
          require('http').createServer((q, a) => a.end('counting')).listen(process.env.PORT);
          process.on('SIGTERM', () => process.exit(0));
          """);

  private final World world;

  LogsIT(World world) {
    this.world = world;
  }

  @Test
  void webSocketReaderSeesEveryLineOnceAcrossReconnects() {
    App app = world.app("count", COUNTING, Map.of());
    app.deployed();
    List<JsonNode> read = new ArrayList<>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int visit = 1; visit <= 4; visit++) {
        if (visit == 3) {
          world.host().killPlatform();
          world.host().up();
        }
        readSome(client, app, read, 100);
      }
    }
    List<Long> numbers = numbers(read);
    Promise.saw(
        "webSocketReaderSeesEveryLineOnceAcrossReconnects",
        "%d lines, n %d to %d, 3 reconnects, one across a killed platform",
        read.size(),
        numbers.getFirst(),
        numbers.getLast());
    assertThat(read.stream().map(l -> l.path("seq").asLong()).toList())
        .as("seq without a hole or a repetition")
        .isEqualTo(
            LongStream.range(0, read.size())
                .mapToObj(i -> read.getFirst().path("seq").asLong() + i)
                .toList());
    assertThat(numbers)
        .as("every number once, in order")
        .isEqualTo(LongStream.rangeClosed(1, numbers.getLast()).boxed().toList());
  }

  /** Reads until {@code more} new lines came, then vanishes without a word. */
  private void readSome(HttpClient client, App app, List<JsonNode> read, int more) {
    long after = read.isEmpty() ? 0 : read.getLast().path("seq").asLong();
    try (LogSocket socket =
        LogSocket.open(client, world.api(), "/applications/" + app.id(), after)) {
      Until.holds(
          () -> more + " more lines, saw " + socket.frames().size() + " frames",
          LIMIT,
          LOOK,
          () -> socket.lines().size() >= more);
      assertThat(socket.frames()).as("no gap was declared").allMatch(f -> !f.has("gap"));
      read.addAll(socket.lines());
    }
  }

  private static List<Long> numbers(List<JsonNode> lines) {
    return lines.stream()
        .map(line -> line.path("line").asText())
        .filter(line -> line.startsWith("n "))
        .map(line -> Long.parseLong(line.substring(2)))
        .toList();
  }

  @Test
  void aDeploymentsLogEndsWithItsStatusAndTheSocketCloses() throws Exception {
    App app = world.app("ending", Sample.saying("x"), Map.of());
    String id = world.api().deploy(app.id());
    try (HttpClient client = HttpClient.newHttpClient();
        LogSocket socket = LogSocket.open(client, world.api(), "/deployments/" + id, 0)) {
      assertThat(socket.closed().get(60, TimeUnit.SECONDS)).isEqualTo(1000);
      JsonNode last = socket.frames().getLast();
      assertThat(last.path("end").asBoolean()).as(last.toString()).isTrue();
      assertThat(last.path("status").asText()).isEqualTo("success");
      assertThat(socket.lines().stream().map(l -> l.path("seq").asLong()).toList())
          .isEqualTo(LongStream.rangeClosed(1, socket.lines().size()).boxed().toList());
    }
  }

  @Test
  void theSameLinesComeAsPagesAsStreamAndAsText() {
    App app = world.app("forms", Sample.saying("x"), Map.of());
    String id = app.deployed().path("id").asText();
    JsonNode page = world.api().get("/deployments/" + id + "/logs").expect(200).json();
    assertThat(page.path("ended").asBoolean()).isTrue();
    int lines = page.path("items").size();
    Answer stream =
        world
            .api()
            .send(
                "GET",
                "/deployments/" + id + "/logs",
                null,
                Map.of("accept", "text/event-stream", "last-event-id", "2"))
            .expect(200);
    List<String> ids = stream.body().lines().filter(l -> l.startsWith("id:")).toList();
    assertThat(ids).hasSize(lines - 2);
    assertThat(ids.getFirst().replace(" ", "")).isEqualTo("id:3");
    assertThat(stream.body()).contains("\"end\":true");
    assertThat(world.api().log(id).strip().lines().count()).isEqualTo(lines);
    Promise.saw("theSameLinesComeAsPagesAsStreamAndAsText", "%d lines in each form", lines);
  }

  @Test
  void aReaderThatComesLateGetsWhatItAskedFor() {
    App app = world.app("late", COUNTING, Map.of());
    app.deployed();
    Until.holds("some lines", LIMIT, LOOK, () -> page(app, 0).path("items").size() >= 50);
    JsonNode rest = page(app, 20);
    assertThat(rest.path("items").path(0).path("seq").asLong()).isEqualTo(21);
    JsonNode found =
        world
            .api()
            .get("/applications/" + app.id() + "/logs?q=n%2042&limit=1")
            .expect(200)
            .json()
            .path("items");
    assertThat(found.path(0).path("line").asText()).isEqualTo("n 42");
  }

  private JsonNode page(App app, long after) {
    return world.api().get("/applications/" + app.id() + "/logs?after=" + after).expect(200).json();
  }
}
