package dev.slipway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Resources;
import dev.slipway.contracts.database.DatabaseBells;
import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseStatus;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.database.ServerAccess;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.DatabaseStore;
import dev.slipway.store.DatabaseWorkStore.Order;
import dev.slipway.store.DatabaseWorkStore.Status;
import dev.slipway.store.DatabaseWorkStore.Work;
import dev.slipway.store.ProjectStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real database servers on this machine's engine, of the images that scripts/base-images.sh makes.
 */
@Tag("docker")
class DatabaseIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String PASSWORD = "it's a \"long\" $ecret\\";
  private static int count;

  private static JavaDockerEngine engine;
  private static RuntimeStand stand;
  private static Fixture fixture;

  @BeforeAll
  static void stand() {
    engine =
        JavaDockerEngine.at(
            System.getenv().getOrDefault("SLIPWAY_DOCKER_HOST", JavaDockerEngine.DEFAULT_HOST));
    stand = new RuntimeStand(POSTGRES.database(), engine);
    fixture = stand.fixture;
  }

  @AfterAll
  static void leave() {
    stand.close();
    engine.close();
  }

  private static DatabaseId created(
      DatabaseEngine kind, String version, String user, DatabaseConfig config) {
    var wanted =
        new DatabaseStore.Wanted(
            "it" + ++count,
            new ProjectStore(fixture.database).standard().await().id(),
            kind,
            version,
            config,
            new ServerAccess(user, new Secret(PASSWORD), "main"));
    var created = fixture.stores.databases().rows().create(wanted, Order.PLAIN, "tester").await();
    ended(created.id(), created.work());
    return created.id();
  }

  private static void work(DatabaseId id, DatabaseWork kind, Order order) {
    ended(id, fixture.stores.databases().works().ask(id, kind, order, "tester", null).await());
  }

  private static void ended(DatabaseId id, String work) {
    fixture.bus.ring(DatabaseBells.AVAILABLE, new DatabaseBells.Available(id.value()));
    await(work)
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> {
          Work now = fixture.stores.databases().works().get(work).await();
          return now.status() != Status.PENDING && now.status() != Status.RUNNING;
        });
    Work now = fixture.stores.databases().works().get(work).await();
    assertThat(now.status()).as(() -> String.valueOf(now.failure())).isEqualTo(Status.SUCCESS);
  }

  private static DatabaseStatus status(DatabaseId id) {
    return fixture.stores.databases().rows().get(id).await().status();
  }

  private static List<String> containers(DatabaseId id) {
    return engine.containers(Labels.of(fixture.installation, id)).stream()
        .filter(container -> container.state() == ContainerInfo.State.RUNNING)
        .map(ContainerSummary::id)
        .toList();
  }

  /** What a shell command inside the server prints. */
  private static String inside(DatabaseId id, String command) {
    var printed = new ByteArrayOutputStream();
    engine.exec(
        containers(id).getFirst(),
        List.of("sh", "-c", command),
        Duration.ofSeconds(30),
        (kind, bytes, from, length) -> printed.write(bytes, from, length));
    return printed.toString(StandardCharsets.UTF_8).strip();
  }

  private static String sql(DatabaseId id, String statement) {
    return inside(
        id,
        "PGPASSWORD=\"$POSTGRES_PASSWORD\" psql -X -w -h \"$(hostname -i | cut -d' ' -f1)\""
            + " -U \"$POSTGRES_USER\" -d \"$POSTGRES_DB\" -qtAc '"
            + statement
            + "'");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  @Test
  void aPostgresqlDatabaseKeepsItsDataThroughEverythingButItsRemoval() throws IOException {
    DatabaseId id = created(DatabaseEngine.POSTGRESQL, "17", "app", DatabaseConfig.PLAIN);
    assertThat(status(id)).isEqualTo(DatabaseStatus.RUNNING);
    sql(id, "create table notes(text text)");
    sql(id, "insert into notes values (7)");

    int port = freePort();
    var config =
        new DatabaseConfig(null, new Resources(256, 1.0), Map.of("max_connections", "33"), port);
    work(id, DatabaseWork.CHANGE, Order.config(config));
    assertThat(sql(id, "show max_connections")).isEqualTo("33");
    await().atMost(LIMIT).until(() -> answers(port));

    work(id, DatabaseWork.RESTART, Order.PLAIN);
    assertThat(sql(id, "select text from notes")).isEqualTo("7");

    work(id, DatabaseWork.STOP, Order.PLAIN);
    assertThat(containers(id)).isEmpty();
    assertThat(status(id)).isEqualTo(DatabaseStatus.STOPPED);
    work(id, DatabaseWork.START, Order.PLAIN);
    assertThat(sql(id, "select text from notes")).isEqualTo("7");

    engine.removeService(fixture.stores.databases().servers().serving(id).await().service());
    stand.runtime.ring();
    await("made again").atMost(LIMIT).until(() -> containers(id).size() == 1);
    await().atMost(LIMIT).until(() -> status(id) == DatabaseStatus.RUNNING);
    assertThat(sql(id, "select text from notes")).isEqualTo("7");
    assertThat(log(id)).contains("ready to accept connections").doesNotContain(PASSWORD);

    remove(id);
  }

  private static void remove(DatabaseId id) {
    fixture
        .stores
        .databases()
        .works()
        .ask(id, DatabaseWork.REMOVE, Order.remove(true), "tester", null)
        .await();
    fixture.bus.ring(DatabaseBells.AVAILABLE, new DatabaseBells.Available(id.value()));
    var ours = Labels.of(fixture.installation, id);
    await()
        .atMost(LIMIT)
        .until(() -> engine.services(ours).isEmpty() && engine.volumes(ours).isEmpty());
  }

  private static String log(DatabaseId id) {
    StringBuilder text = new StringBuilder();
    fixture
        .stores
        .logs()
        .after(LogStreams.of(id), 0, 100_000)
        .await()
        .forEach(segment -> text.append(segment.lines().toString(StandardCharsets.UTF_8)));
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "POSTGRESQL, 15, app",
    "MARIADB, 11.8, app",
    "MYSQL, 9.7, app",
    "REDIS, 8.0, default",
    "VALKEY, 8.1, app"
  })
  void aServerOfEachEngineLetsItsUserInAndNobodyElse(
      DatabaseEngine kind, String version, String user) {
    Assumptions.assumeTrue(
        kind != DatabaseEngine.MYSQL || engine.image("slipway-base/mysql:" + version).isPresent(),
        "the engine has no image of MySQL; scripts/base-images.sh mysql says why");
    DatabaseId id = created(kind, version, user, DatabaseConfig.PLAIN);
    assertThat(status(id)).isEqualTo(DatabaseStatus.RUNNING);
    String stranger =
        switch (kind) {
          case POSTGRESQL ->
              "PGPASSWORD=no psql -w -h $(hostname -i) -U app main -c 'select 1' 2>&1 || echo kept out";
          case MARIADB -> "mariadb -h 127.0.0.1 -u root -pno -e 'select 1' 2>&1 || echo kept out";
          case REDIS -> "env -u REDISCLI_AUTH redis-cli get x | grep -q NOAUTH && echo kept out";
          case VALKEY -> "env -u REDISCLI_AUTH valkey-cli get x | grep -q NOAUTH && echo kept out";
          case MYSQL -> "mysql -h 127.0.0.1 -u root -pno -e 'select 1' 2>&1 || echo kept out";
          case MONGODB -> throw new IllegalArgumentException("not here");
        };
    assertThat(inside(id, stranger)).contains("kept out");
    assertThat(inside(id, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).doesNotContain("ecret");
    remove(id);
  }
}
