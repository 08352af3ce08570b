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
  private static final String POSTGRES = "slipway-base/postgres:17";

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
    return done(begun(name, engine, more));
  }

  /** One that is being made; {@link #done} waits for it. */
  Answer begun(String name, String engine, Map<String, ?> more) {
    Map<String, Object> fields = new HashMap<>(Map.of("name", name, "engine", engine));
    fields.putAll(more);
    return world.api().post("/databases", fields).expect(202);
  }

  /** Its end, with its data. */
  void removed(JsonNode database) {
    done(world.api().delete("/databases/" + id(database) + "?removeData=true").expect(202));
    assertThat(left("service", database)).isEmpty();
  }

  /** MySQL's image comes from a release of Debian that may lack it one day. */
  static boolean mysqlIsHere() {
    return Shell.tryRun(
            null,
            Map.of(),
            Duration.ofMinutes(1),
            List.of("docker", "image", "inspect", "slipway-base/mysql:9.7"))
        .ok();
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

  /**
   * An image, and what a client of the database runs from it on this host, where its external port
   * is.
   *
   * @param statement SQL, or a script in Lua for Redis
   */
  List<String> command(JsonNode database, String statement) {
    JsonNode access = revealed(database);
    String port = database.path("externalPort").asText();
    String password = access.path("password").asText();
    return switch (database.path("engine").asText()) {
      case "postgresql" ->
          List.of(POSTGRES, "psql", access.path("externalUrl").asText(), "-qAtc", statement);
      case "mariadb" ->
          List.of(
              "slipway-base/mariadb:11.8",
              "mariadb",
              "--skip-ssl",
              "--host=127.0.0.1",
              "--port=" + port,
              "--user=" + access.path("user").asText(),
              "--password=" + password,
              "-BNe",
              statement,
              access.path("database").asText());
      case "mysql" ->
          List.of(
              "slipway-base/mysql:9.7",
              "env", // as an argument it would be warned of, every time
              "MYSQL_PWD=" + password,
              "mysql",
              "--host=127.0.0.1",
              "--port=" + port,
              "--user=" + access.path("user").asText(),
              "-BNe",
              statement,
              access.path("database").asText());
      case "redis" ->
          List.of(
              "slipway-base/redis:8.0",
              "redis-cli",
              "-p",
              port,
              "-a",
              password,
              "--no-auth-warning",
              "eval",
              statement,
              "0");
      default -> throw new IllegalArgumentException("no client for " + database);
    };
  }

  /** What the database answers to a statement, which must succeed. */
  String asked(JsonNode database, String statement) {
    Shell.Outcome said = tried(database, statement);
    assertThat(said.ok()).as(said::output).isTrue();
    return said.text();
  }

  Shell.Outcome tried(JsonNode database, String statement) {
    return ran(command(database, statement));
  }

  private static Shell.Outcome ran(List<String> command) {
    return client(command.getFirst(), command.subList(1, command.size()).toArray(String[]::new));
  }

  /** A client that repeats a statement, some times a second, until it is {@link #stopped}. */
  String writing(JsonNode database, String statement) {
    return background(
        "sh", "while :; do \"$@\" >/dev/null; sleep 0.2; done", command(database, statement));
  }

  /** A client that holds a table of PostgreSQL, so that whoever reads it waits. */
  String holding(JsonNode database, String table) {
    String statement =
        "begin; lock table " + table + " in access exclusive mode; select pg_sleep(600)";
    String client = background("sh", "exec \"$@\"", command(database, statement));
    awaitLocks(database, table, "granted and mode = 'AccessExclusiveLock'");
    return client;
  }

  /**
   * What lets go of what {@link #holding} holds, also while no platform answers: a server does not
   * notice that its client is gone.
   */
  Runnable releasing(JsonNode database, String client) {
    List<String> command =
        command(
            database,
            "select pg_terminate_backend(pid) from pg_stat_activity"
                + " where query like 'begin; lock table %'");
    return () -> {
      Shell.Outcome said = ran(command);
      assertThat(said.ok()).as(said::output).isTrue();
      stopped(client);
    };
  }

  /** Waits until somebody waits for that client. */
  void awaitWaiting(JsonNode database, String table) {
    awaitLocks(database, table, "not granted");
  }

  /** Waits until nothing is done to it any more. */
  void awaitNoWork(JsonNode database) {
    Until.holds(
        "nothing is done to " + database.path("name").asText(),
        LIMIT,
        Duration.ofMillis(200),
        () -> {
          JsonNode work =
              world.api().get("/databases/" + id(database)).expect(200).json().path("work");
          return !work.isObject() || work.path("completedAt").isTextual();
        });
  }

  private void awaitLocks(JsonNode database, String table, String which) {
    String sql =
        "select count(*) > 0 from pg_locks where relation = '%s'::regclass and %s"
            .formatted(table, which);
    Until.holds(
        which + " at " + table,
        Duration.ofSeconds(30),
        Duration.ofMillis(100),
        () -> asked(database, sql).equals("t"));
  }

  private static String background(String shell, String script, List<String> command) {
    List<String> words =
        new ArrayList<>(
            List.of("docker", "run", "-d", "--rm", "--network", "host", "--entrypoint", shell));
    words.add(command.getFirst());
    words.addAll(List.of("-c", script, shell));
    words.addAll(command.subList(1, command.size()));
    return Shell.run(words.toArray(String[]::new));
  }

  /** Ends a client in the background; nothing when it has ended. */
  static void stopped(String client) {
    Shell.tryRun(null, Map.of(), Duration.ofMinutes(1), List.of("docker", "rm", "--force", client));
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
