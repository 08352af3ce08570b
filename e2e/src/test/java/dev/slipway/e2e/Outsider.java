package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.Until;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A database server that somebody else runs: a container that the platform knows nothing of, at an
 * address of its own.
 *
 * @param name of the container
 * @param engine as the API calls it
 * @param host its address
 */
record Outsider(String name, String engine, String host) implements AutoCloseable {
  static final String PASSWORD = "p@ss/wörd";

  /** As a URL has it. */
  static final String ENCODED = "p%40ss%2Fw%C3%B6rd";

  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofMillis(200);

  /** Begins to start; {@link #ready} waits for it. */
  static Outsider starts(String engine) {
    String name = "outsider-" + engine + "-" + ProcessHandle.current().pid();
    List<String> words = new ArrayList<>(List.of("docker", "run", "-d", "--rm", "--name", name));
    words.addAll(
        switch (engine) {
          case "postgresql" ->
              List.of(
                  "-e",
                  "POSTGRES_USER=shop",
                  "-e",
                  "POSTGRES_DB=shop",
                  "-e",
                  "POSTGRES_PASSWORD=" + PASSWORD,
                  "slipway-base/postgres:17");
          case "mariadb" ->
              List.of(
                  "-e",
                  "MARIADB_ROOT_PASSWORD=" + PASSWORD,
                  "-e",
                  "MARIADB_USER=shop",
                  "-e",
                  "MARIADB_PASSWORD=" + PASSWORD,
                  "-e",
                  "MARIADB_DATABASE=shop",
                  "slipway-base/mariadb:11.8");
          case "redis" ->
              List.of("slipway-base/redis:8.0", "redis-server", "--requirepass", PASSWORD);
          default -> throw new IllegalArgumentException(engine);
        });
    Shell.run(words.toArray(String[]::new));
    String host =
        Shell.run(
            "docker",
            "inspect",
            "--format",
            "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
            name);
    return new Outsider(name, engine, host.strip());
  }

  /** Once it answers, it holds a thousand rows. */
  Outsider ready() {
    String nothing = engine.equals("redis") ? "return 1" : "select 1";
    Until.holds(
        () -> engine + " answers: " + tried(nothing).output(),
        START,
        LOOK,
        () -> tried(nothing).ok() && tried(nothing).text().endsWith("1"));
    asked(
        switch (engine) {
          case "postgresql" ->
              "create table goods(id serial primary key, what text);"
                  + " insert into goods(what) select md5(i::text) from generate_series(1, 1000) i";
          case "mariadb" ->
              "create table goods(id serial primary key, what text);"
                  + " insert into goods(what) select md5(seq) from seq_1_to_1000";
          default -> "for i = 1, 1000 do redis.call('set', 'k' .. i, redis.sha1hex(i)) end";
        });
    return this;
  }

  /** A statement whose answer tells whether all rows are there, and as they were. */
  static String fingerprint(String engine) {
    return switch (engine) {
      case "postgresql" ->
          "select count(*) || ' ' || md5(string_agg(id || what, ',' order by id)) from goods";
      case "mariadb" ->
          "select concat(count(*), ' ', md5(group_concat(id, what order by id))) from goods";
      default ->
          "local all = {} for i = 1, 1000 do all[i] = redis.call('get', 'k' .. i) or '-' end"
              + " return redis.call('dbsize') .. ' ' .. redis.sha1hex(table.concat(all))";
    };
  }

  String fingerprint() {
    return asked(fingerprint(engine));
  }

  int port() {
    return switch (engine) {
      case "postgresql" -> 5432;
      case "mariadb" -> 3306;
      default -> 6379;
    };
  }

  /** Where it is, for whoever has this password. */
  String url(String scheme, String password, int port) {
    boolean named = !scheme.equals("redis");
    return scheme
        + "://"
        + (named ? "shop" : "")
        + ":"
        + password
        + "@"
        + host
        + ":"
        + port
        + (named ? "/shop" : "");
  }

  String url() {
    return url(engine, ENCODED, port());
  }

  /** What it answers to its own client, which must be well. */
  String asked(String statement) {
    Shell.Outcome said = tried(statement);
    assertThat(said.ok()).as(said::output).isTrue();
    return said.text();
  }

  private Shell.Outcome tried(String statement) {
    List<String> words = inside();
    words.addAll(
        switch (engine) {
          case "postgresql" -> List.of("psql", "-X", "-qAtc", statement);
          case "mariadb" -> List.of("mariadb", "--user=shop", "-BNe", statement, "shop");
          default -> List.of("redis-cli", "--no-auth-warning", "eval", statement, "0");
        });
    return Shell.tryRun(null, Map.of(), Duration.ofMinutes(1), words);
  }

  /** As a person would log in there: over the network, with the password in the environment. */
  private List<String> inside() {
    return new ArrayList<>(
        List.of(
            "docker",
            "exec",
            "-e",
            "PGHOST=" + host,
            "-e",
            "PGUSER=shop",
            "-e",
            "PGPASSWORD=" + PASSWORD,
            "-e",
            "PGDATABASE=shop",
            "-e",
            "MYSQL_PWD=" + PASSWORD,
            "-e",
            "MYSQL_HOST=" + host,
            "-e",
            "REDISCLI_AUTH=" + PASSWORD,
            name));
  }

  /** What one of its own tools writes, as a file here. */
  Path dumped(Path file, String command) {
    List<String> words = inside();
    words.addAll(List.of("sh", "-c", command));
    String quoted = String.join(" ", words.stream().map(Outsider::quoted).toList());
    Shell.run("sh", "-c", quoted + " > " + quoted(file.toString()));
    return file;
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  @Override
  public void close() {
    Databases.stopped(name);
  }
}
