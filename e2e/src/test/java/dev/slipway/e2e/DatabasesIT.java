package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Shell;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Databases beside applications, with real servers on a real Swarm. */
@ExtendWith(OnePlatform.class)
final class DatabasesIT {
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
  private final Databases databases;

  DatabasesIT(World world) {
    this.world = world;
    this.databases = new Databases(world);
  }

  @Test
  void anApplicationReadsAndWritesTheDatabaseItRefersTo() throws IOException {
    String name = World.name("main");
    JsonNode database =
        databases.created(
            name, "postgresql", Map.of("version", "17", "externalPort", Databases.freePort()));
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
    databases.done(
        world
            .api()
            .post("/databases/" + Databases.id(database) + "/restart", Map.of())
            .expect(202));
    assertThat(app.visit("/write").body()).isEqualTo("2\n");
    reachedFromElsewhere(database);
    toldByItsServer(database);
    anotherPassword(database, app);

    Answer refused = world.api().delete("/databases/" + Databases.id(database)).expect(409);
    assertThat(refused.json().path("detail").asText()).contains(app.name());
    databases.done(
        world
            .api()
            .delete("/databases/" + Databases.id(database) + "?force=true&removeData=true")
            .expect(202));
    assertThat(Databases.left("service", database)).isEmpty();
    Databases.goneWithItsContainers(database);
    assertThat(Databases.left("volume", database)).isEmpty();
  }

  private void reachedFromElsewhere(JsonNode database) {
    String url = databases.revealed(database).path("externalUrl").asText();
    assertThat(
            Databases.client("slipway-base/postgres:17", "psql", url, "-qAtc", "select 41 + 1")
                .text())
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
                .get("/databases/" + Databases.id(known) + "/insights")
                .expect(200)
                .json()
                .at("/connections/limit")
                .asInt())
        .isPositive();
    world.api().delete("/databases/" + Databases.id(known)).expect(204);
  }

  private void toldByItsServer(JsonNode database) {
    JsonNode told =
        world.api().get("/databases/" + Databases.id(database) + "/insights").expect(200).json();
    assertThat(told.path("serverVersion").asText()).startsWith("17");
    assertThat(told.path("sizeBytes").asLong()).isGreaterThan(1_000_000);
    JsonNode uses =
        world.api().get("/databases/" + Databases.id(database) + "/statistics").expect(200).json();
    assertThat(uses.path("memoryBytes").asLong()).isPositive();
    assertThat(uses.path("connections").isInt()).isTrue();
    assertThat(world.api().get("/databases/" + Databases.id(database) + "/logs").expect(200).body())
        .contains("database system is ready to accept connections");
  }

  private void anotherPassword(JsonNode database, App app) {
    String before = databases.revealed(database).path("externalUrl").asText();
    databases.done(
        world
            .api()
            .post("/databases/" + Databases.id(database) + "/password", Map.of())
            .expect(202));
    String after = databases.revealed(database).path("externalUrl").asText();
    assertThat(after).isNotEqualTo(before);
    assertThat(
            Databases.client("slipway-base/postgres:17", "psql", before, "-qAtc", "select 1").ok())
        .isFalse();
    app.deployed();
    assertThat(app.visit("/write").body()).isEqualTo("3\n");
  }

  @Test
  void mariadbServesAClientByItsRevealedConnectionAndKeepsItsDataWhenAsked() throws IOException {
    int port = Databases.freePort();
    JsonNode database =
        databases.created(World.name("maria"), "mariadb", Map.of("externalPort", port));
    JsonNode connection = databases.revealed(database);

    assertThat(
            Databases.client(
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
    JsonNode told =
        world.api().get("/databases/" + Databases.id(database) + "/insights").expect(200).json();
    assertThat(told.path("serverVersion").asText()).startsWith("11.8");
    databases.done(world.api().delete("/databases/" + Databases.id(database)).expect(202));

    assertThat(Databases.left("service", database)).isEmpty();
    List<String> kept = Databases.left("volume", database);
    assertThat(kept).hasSize(1);
    Databases.goneWithItsContainers(database);
    Shell.run("docker", "volume", "rm", kept.getFirst());
  }

  @Test
  void mysqlServesAClientThroughARestartOtherSettingsAndAnotherPassword() throws IOException {
    Assumptions.assumeTrue(
        Databases.mysqlIsHere(),
        "no slipway-base/mysql:9.7; scripts/base-images.sh mysql says why");
    String name = World.name("mine");
    JsonNode database =
        databases.created(
            name,
            "mysql",
            Map.of(
                "externalPort",
                Databases.freePort(),
                "resources",
                Map.of("memoryMb", 700),
                "settings",
                Map.of("max_connections", "33", "skip-name-resolve", "1")));
    String path = "/databases/" + Databases.id(database);
    databases.asked(
        database,
        "create table t(i int, what char(255)); insert into t values (7, repeat('x', 255));"
            + " create trigger tenfold before insert on t for each row set new.i = 10 * new.i");
    JsonNode told = world.api().get(path + "/insights").expect(200).json();
    assertThat(told.path("serverVersion").asText()).startsWith("9.7");
    assertThat(told.path("sizeBytes").asLong()).isPositive();
    assertThat(told.at("/connections/limit").asInt()).isEqualTo(33);
    assertThat(databases.revealed(database).path("url").asText())
        .startsWith("mysql://app:")
        .contains("@" + name + ":3306/");

    List<String> before = databases.command(database, "select 1");
    databases.done(world.api().post(path + "/password", Map.of()).expect(202));
    assertThat(
            Databases.client(
                    before.getFirst(), before.subList(1, before.size()).toArray(String[]::new))
                .ok())
        .isFalse();
    databases.done(world.api().post(path + "/restart", Map.of()).expect(202));
    assertThat(databases.asked(database, "insert into t(i) values (5); select sum(i) from t"))
        .isEqualTo("57");
    assertThat(world.api().get(path + "/logs").expect(200).body())
        .contains("ready for connections")
        .doesNotContain(databases.revealed(database).path("password").asText());
    databases.removed(database);
  }

  @Test
  void redisServesAClientByItsRevealedConnection() throws IOException {
    int port = Databases.freePort();
    JsonNode database =
        databases.created(World.name("cache"), "redis", Map.of("externalPort", port));
    String password = databases.revealed(database).path("password").asText();

    String[] asked = {
      "redis-cli", "-p", String.valueOf(port), "-a", password, "--no-auth-warning", "PING"
    };
    assertThat(Databases.client("slipway-base/redis:8.0", asked).text()).isEqualTo("PONG");
    JsonNode told =
        world.api().get("/databases/" + Databases.id(database) + "/insights").expect(200).json();
    assertThat(told.path("serverVersion").asText()).startsWith("8.0");
    databases.done(
        world
            .api()
            .post("/databases/" + Databases.id(database) + "/password", Map.of())
            .expect(202));
    assertThat(Databases.client("slipway-base/redis:8.0", asked).text()).doesNotContain("PONG");
    databases.done(
        world
            .api()
            .delete("/databases/" + Databases.id(database) + "?removeData=true")
            .expect(202));
    assertThat(Databases.left("volume", database)).isEmpty();
  }
}
