package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.Until;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Databases of the one platform, and clients that somebody runs on this host. */
final class Databases {
  static final Duration LIMIT = Duration.ofMinutes(3);

  private final World world;

  Databases(World world) {
    this.world = world;
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  JsonNode created(String name, String engine, Map<String, ?> more) {
    Map<String, Object> fields = new HashMap<>(Map.of("name", name, "engine", engine));
    fields.putAll(more);
    return done(world.api().post("/databases", fields).expect(202));
  }

  /** The end of the work that was asked for, which must be a success, and the database after it. */
  JsonNode done(Answer asked) {
    JsonNode database = asked.json();
    String path =
        "/databases/" + id(database) + "/work/" + database.path("work").path("id").asText();
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      Answer work = world.api().get(path + "?wait=30");
      boolean removed = work.status() == 404 && kind(database).equals("remove");
      String status = removed ? "success" : work.expect(200).json().path("status").asText();
      if (!status.equals("pending") && !status.equals("running")) {
        assertThat(status).as(work.body()).isEqualTo("success");
        return removed
            ? database
            : world.api().get("/databases/" + id(database)).expect(200).json();
      }
      assertThat(System.nanoTime()).as(work.body()).isLessThan(end);
    }
  }

  private static String kind(JsonNode database) {
    return database.path("work").path("kind").asText();
  }

  static String id(JsonNode database) {
    return database.path("id").asText();
  }

  JsonNode revealed(JsonNode database) {
    return world
        .api()
        .get("/databases/" + id(database) + "/connection?reveal=true")
        .expect(200)
        .json();
  }

  /** A client that somebody runs on this host. */
  static Shell.Outcome client(String image, String... command) {
    List<String> words =
        new ArrayList<>(
            List.of("docker", "run", "--rm", "--network", "host", "--entrypoint", command[0]));
    words.add(image);
    words.addAll(List.of(command).subList(1, command.length));
    return Shell.tryRun(null, Map.of(), Duration.ofMinutes(1), words);
  }

  /** What the engine has that carries the database's label. */
  static List<String> left(String kind, JsonNode database) {
    List<String> words = new ArrayList<>(List.of("docker", kind, "ls", "-q", "--filter"));
    words.add("label=dev.slipway.database=" + id(database));
    if (kind.equals("container")) {
      words.add("--all");
    }
    return Shell.run(words.toArray(String[]::new)).lines().filter(line -> !line.isBlank()).toList();
  }

  /** The engine takes what has ended away a moment after the service. */
  static void goneWithItsContainers(JsonNode database) {
    Until.holds(
        "its containers are gone",
        LIMIT,
        Duration.ofMillis(200),
        () -> left("container", database).isEmpty());
  }
}
