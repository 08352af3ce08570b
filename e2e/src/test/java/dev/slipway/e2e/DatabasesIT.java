package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.Until;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Databases beside applications, with real servers on a real Swarm. */
@ExtendWith(OnePlatform.class)
final class DatabasesIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** Every request to /write adds a row; every answer is the number of rows. */
  private static final Sample APPLICATION =
      new Sample(
          Map.of(
              "Dockerfile",
              """
              FROM slipway-base/postgres:17
              COPY serve.pl /serve.pl
              ENTRYPOINT []
              CMD ["perl", "/serve.pl"]
              """,
              "serve.pl",
              """
              use IO::Socket;
              my $door = IO::Socket::INET->new(LocalPort => $ENV{PORT}, Listen => 16, ReuseAddr => 1) or die $!;
              while (my $guest = $door->accept) {
                my ($asked) = (<$guest> // "") =~ m{^GET (\\S+)};
                while (my $line = <$guest>) { last if $line =~ /^\\r?\\n/ }
                my $add = ($asked // "") eq "/write" ? "insert into visits default values;" : "";
                $ENV{ASKED} = "create table if not exists visits(id serial); $add select count(*) from visits";
                my $said = ($asked // "") eq "/health" ? "ok"
                  : `psql -X -qAt "\\$DATABASE_URL" -c "\\$ASKED" 2>&1 | tail -n 1`;
                print $guest "HTTP/1.1 200 OK\\r\\nContent-Length: ", length($said), "\\r\\nConnection: close\\r\\n\\r\\n$said";
                close $guest;
              }
              """));

  private final World world;

  DatabasesIT(World world) {
    this.world = world;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private JsonNode created(String name, String engine, Map<String, ?> more) {
    Map<String, Object> fields = new HashMap<>(Map.of("name", name, "engine", engine));
    fields.putAll(more);
    return done(world.api().post("/databases", fields).expect(202));
  }

  /** The end of the work that was asked for, which must be a success, and the database after it. */
  private JsonNode done(Answer asked) {
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

  private static String id(JsonNode database) {
    return database.path("id").asText();
  }

  private JsonNode revealed(JsonNode database) {
    return world
        .api()
        .get("/databases/" + id(database) + "/connection?reveal=true")
        .expect(200)
        .json();
  }

  /** A client that somebody runs on this host. */
  private static Shell.Outcome client(String image, String... command) {
    List<String> words =
        new ArrayList<>(
            List.of("docker", "run", "--rm", "--network", "host", "--entrypoint", command[0]));
    words.add(image);
    words.addAll(List.of(command).subList(1, command.length));
    return Shell.tryRun(null, Map.of(), Duration.ofMinutes(1), words);
  }

  /** What the engine has that carries the database's label. */
  private static List<String> left(String kind, JsonNode database) {
    List<String> words = new ArrayList<>(List.of("docker", kind, "ls", "-q", "--filter"));
    words.add("label=dev.slipway.database=" + id(database));
    if (kind.equals("container")) {
      words.add("--all");
    }
    return Shell.run(words.toArray(String[]::new)).lines().filter(line -> !line.isBlank()).toList();
  }

  /** The engine takes what has ended away a moment after the service. */
  private static void goneWithItsContainers(JsonNode database) {
    Until.holds(
        "its containers are gone",
        LIMIT,
        Duration.ofMillis(200),
        () -> left("container", database).isEmpty());
  }

  @Test
  void anApplicationReadsAndWritesTheDatabaseItRefersTo() throws IOException {
    String name = World.name("main");
    JsonNode database =
        created(name, "postgresql", Map.of("version", "17", "externalPort", freePort()));
    App app =
        world.app(
            "linked",
            APPLICATION,
            Map.of(
                "healthCheck",
                Map.of("path", "/health"),
                "environment",
                Map.of("DATABASE_URL", "${{db." + name + ".url}}")));
    app.deployed();

    assertThat(app.visit("/write").body()).isEqualTo("1\n");
    done(world.api().post("/databases/" + id(database) + "/restart", Map.of()).expect(202));
    assertThat(app.visit("/write").body()).isEqualTo("2\n");
    reachedFromElsewhere(database);
    toldByItsServer(database);
    anotherPassword(database, app);

    Answer refused = world.api().delete("/databases/" + id(database)).expect(409);
    assertThat(refused.json().path("detail").asText()).contains(app.name());
    done(
        world
            .api()
            .delete("/databases/" + id(database) + "?force=true&removeData=true")
            .expect(202));
    assertThat(left("service", database)).isEmpty();
    goneWithItsContainers(database);
    assertThat(left("volume", database)).isEmpty();
  }

  private void reachedFromElsewhere(JsonNode database) {
    String url = revealed(database).path("externalUrl").asText();
    assertThat(client("slipway-base/postgres:17", "psql", url, "-qAtc", "select 41 + 1").text())
        .isEqualTo("42");
    String name = World.name("foreign");
    Map<String, Object> foreign = Map.of("name", name, "engine", "postgresql", "url", url);
    Map<String, Object> wrong = new HashMap<>(foreign);
    wrong.put("url", url.replaceFirst(":[^:@/]+@", ":wrong@"));
    assertThat(world.api().post("/databases", wrong).expect(422).json().path("code").asText())
        .isEqualTo("login_refused");
    JsonNode known = world.api().post("/databases", foreign).expect(201).json();
    assertThat(known.path("version").asText()).isEqualTo("17");
    assertThat(
            world
                .api()
                .get("/databases/" + id(known) + "/insights")
                .expect(200)
                .json()
                .at("/connections/limit")
                .asInt())
        .isPositive();
    world.api().delete("/databases/" + id(known)).expect(204);
  }

  private void toldByItsServer(JsonNode database) {
    JsonNode told = world.api().get("/databases/" + id(database) + "/insights").expect(200).json();
    assertThat(told.path("serverVersion").asText()).startsWith("17");
    assertThat(told.path("sizeBytes").asLong()).isGreaterThan(1_000_000);
    JsonNode uses =
        world.api().get("/databases/" + id(database) + "/statistics").expect(200).json();
    assertThat(uses.path("memoryBytes").asLong()).isPositive();
    assertThat(uses.path("connections").isInt()).isTrue();
    assertThat(world.api().get("/databases/" + id(database) + "/logs").expect(200).body())
        .contains("database system is ready to accept connections");
  }

  private void anotherPassword(JsonNode database, App app) {
    String before = revealed(database).path("externalUrl").asText();
    done(world.api().post("/databases/" + id(database) + "/password", Map.of()).expect(202));
    String after = revealed(database).path("externalUrl").asText();
    assertThat(after).isNotEqualTo(before);
    assertThat(client("slipway-base/postgres:17", "psql", before, "-qAtc", "select 1").ok())
        .isFalse();
    app.deployed();
    assertThat(app.visit("/write").body()).isEqualTo("3\n");
  }

  @Test
  void mariadbServesAClientByItsRevealedConnectionAndKeepsItsDataWhenAsked() throws IOException {
    int port = freePort();
    JsonNode database = created(World.name("maria"), "mariadb", Map.of("externalPort", port));
    JsonNode connection = revealed(database);

    assertThat(
            client(
                    "slipway-base/mariadb:11.8",
                    "mariadb",
                    "--skip-ssl",
                    "--host=127.0.0.1",
                    "--port=" + port,
                    "--user=" + connection.path("user").asText(),
                    "--password=" + connection.path("password").asText(),
                    "-BNe",
                    "create table t(i int); insert into t values (7); select i from t",
                    connection.path("database").asText())
                .text())
        .isEqualTo("7");
    JsonNode told = world.api().get("/databases/" + id(database) + "/insights").expect(200).json();
    assertThat(told.path("serverVersion").asText()).startsWith("11.8");
    done(world.api().delete("/databases/" + id(database)).expect(202));

    assertThat(left("service", database)).isEmpty();
    List<String> kept = left("volume", database);
    assertThat(kept).hasSize(1);
    goneWithItsContainers(database);
    Shell.run("docker", "volume", "rm", kept.getFirst());
  }

  @Test
  void redisServesAClientByItsRevealedConnection() throws IOException {
    int port = freePort();
    JsonNode database = created(World.name("cache"), "redis", Map.of("externalPort", port));
    String password = revealed(database).path("password").asText();

    String[] asked = {
      "redis-cli", "-p", String.valueOf(port), "-a", password, "--no-auth-warning", "PING"
    };
    assertThat(client("slipway-base/redis:8.0", asked).text()).isEqualTo("PONG");
    JsonNode told = world.api().get("/databases/" + id(database) + "/insights").expect(200).json();
    assertThat(told.path("serverVersion").asText()).startsWith("8.0");
    done(world.api().post("/databases/" + id(database) + "/password", Map.of()).expect(202));
    assertThat(client("slipway-base/redis:8.0", asked).text()).doesNotContain("PONG");
    done(world.api().delete("/databases/" + id(database) + "?removeData=true").expect(202));
    assertThat(left("volume", database)).isEmpty();
  }
}
