package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.SlipwayHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * T16: what somebody brings along: servers that others run, by their URL, and files of dumps, with
 * the real servers and the real tools of three engines.
 */
@ExtendWith(OnePlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BroughtDatabasesIT {
  private static final Map<String, String> VERSIONS =
      Map.of("postgresql", "17", "mariadb", "11.8", "redis", "8.0");

  @TempDir private static Path folder;

  private final World world;
  private final Databases databases;
  private final Backups backups;
  private List<Outsider> outsiders = List.of();

  BroughtDatabasesIT(World world) {
    this.world = world;
    this.databases = new Databases(world);
    this.backups = new Backups(world::api);
  }

  @BeforeAll
  void serversThatOthersRun() {
    outsiders = List.of("postgresql", "mariadb", "redis").stream().map(Outsider::starts).toList();
    outsiders.forEach(Outsider::ready);
  }

  @AfterAll
  void nothingStays() {
    outsiders.forEach(Outsider::close);
  }

  private Outsider outsider(String engine) {
    return outsiders.stream()
        .filter(each -> each.engine().equals(engine))
        .findFirst()
        .orElseThrow();
  }

  // ---- connection tests ----------------------------------------------------------------------

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void aServerIsTriedByItsUrlAndTellsWhyItLetsNobodyIn() {
    Map<String, String> causes = new LinkedHashMap<>();
    for (Outsider each : outsiders) {
      String scheme = each.engine();
      JsonNode well = tested(each.engine(), each.url());
      assertThat(well.path("ok").asBoolean()).as(well.toPrettyString()).isTrue();
      assertThat(well.path("serverVersion").asText()).startsWith(VERSIONS.get(scheme));
      refused(causes, each, "wrong password", each.url(scheme, "wrong", each.port()));
      refused(causes, each, "nobody there", each.url(scheme, Outsider.ENCODED, 9));
    }
    Outsider postgres = outsider("postgresql");
    String elsewhere = outsider("mariadb").url("postgresql", Outsider.ENCODED, 3306);
    refused(causes, postgres, "MariaDB there", elsewhere);
    String notRedis = postgres.url("redis", Outsider.ENCODED, postgres.port());
    refused(causes, outsider("redis"), "PostgreSQL there", notRedis);
    assertThat(causes)
        .allSatisfy((what, code) ->
            assertThat(code)
                .as(what)
                .isEqualTo(
                    what.endsWith("wrong password")
                        ? "login_refused"
                        : what.endsWith("nobody there")
                            ? "connection_refused"
                            : "connection_failed"));
    fromTheCommandLine(postgres);
    PromiseReport.tell(
        "T16",
        "one platform: PostgreSQL, MariaDB and Redis of others tried by their URLs: let in with their versions, or told "
            + causes);
  }

  private JsonNode tested(String engine, String url) {
    return world
        .api()
        .post("/databases/connection-tests", Map.of("engine", engine, "url", url))
        .expect(200)
        .json();
  }

  private void refused(Map<String, String> causes, Outsider by, String what, String url) {
    JsonNode told = tested(by.engine(), url);
    assertThat(told.path("ok").asBoolean()).as(what).isFalse();
    assertThat(told.path("detail").asText()).as(told.toPrettyString()).isNotBlank();
    assertThat(told.path("remedy").asText()).as(told.toPrettyString()).isNotBlank();
    assertThat(told.toString()).doesNotContain(Outsider.PASSWORD, Outsider.ENCODED);
    causes.put(by.engine() + ", " + what, told.path("code").asText());
  }

  private void fromTheCommandLine(Outsider server) {
    Shell.Outcome well = command(server.url());
    assertThat(well.ok()).as(well::output).isTrue();
    assertThat(well.text()).contains("It lets us in: version 17");
    Shell.Outcome refused = command(server.url("postgresql", "wrong", server.port()));
    assertThat(refused.ok()).isFalse();
    assertThat(refused.text()).contains("refuses the user name or the password", "Correct them");
  }

  private Shell.Outcome command(String url) {
    return Shell.tryRun(
        null,
        Map.of(
            "SLIPWAY_DATA",
            world.host().data().toString(),
            "SLIPWAY_API_PORT",
            Integer.toString(world.host().apiPort())),
        Duration.ofMinutes(1),
        List.of(
            "sh",
            "-c",
            "printf '%s\\n' \"$1\" | \"$2\" database test-connection",
            "sh",
            url,
            SlipwayHost.home().resolve("slipway").toString()));
  }

  // ---- copies and files
  // --------------------------------------------------------------------------------

  /** What others have, and the work that makes a database of ours of it. */
  private record Copied(Outsider by, String from, Answer begun) {}

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void serversAndFilesOfOthersBecomeDatabasesOfOursAndABrokenFileLeavesNothing()
      throws IOException {
    List<Copied> servers = new ArrayList<>();
    for (Outsider each : outsiders) {
      Map<String, Object> wish =
          Map.of("name", World.name("theirs"), "engine", each.engine(), "url", each.url());
      String id = Databases.id(world.api().post("/databases", wish).expect(201).json());
      servers.add(new Copied(each, id, copy(each.engine(), Map.of("databaseId", id))));
    }
    Outsider postgres = outsider("postgresql");
    Path custom = postgres.dumped(folder.resolve("shop.dump"), "exec pg_dump -Fc");
    Outsider mariadb = outsider("mariadb");
    Path text = mariadb.dumped(folder.resolve("shop.sql"), "exec mariadb-dump --user=shop shop");
    Outsider redis = outsider("redis");
    Path snapshot = redis.dumped(folder.resolve("shop.rdb"), "exec redis-cli --rdb - 2>/dev/null");
    List<Sent> sent = List.of(sent(postgres, custom), sent(mariadb, text), sent(redis, snapshot));
    Map<String, String> causes = broken(postgres, custom, text, snapshot);
    List<Copied> files = new ArrayList<>();
    for (Sent each : sent) {
      backups.ended("/backups/" + each.backup(), "verified");
      Answer begun = copy(each.by().engine(), Map.of("backupId", each.backup()));
      files.add(new Copied(each.by(), each.backup(), begun));
    }
    servers.forEach(this::isEqual);
    servers.forEach(each -> world.api().delete("/databases/" + each.from()).expect(204));
    files.forEach(this::isEqual);
    PromiseReport.tell(
        "T16",
        "one platform: databases of PostgreSQL, MariaDB and Redis that others run, copied by their URLs into databases of ours:"
            + " 1000 of 1000 rows equal each time; so were files of pg_dump, mariadb-dump and redis-cli; broken ones left nothing: "
            + causes);
  }

  private void isEqual(Copied copied) {
    JsonNode made = databases.done(copied.begun());
    assertThat(databases.asked(made, Outsider.fingerprint(copied.by().engine())))
        .as(copied.by().engine())
        .startsWith("1000 ")
        .isEqualTo(copied.by().fingerprint());
    databases.removed(made);
  }

  private Answer copy(String engine, Map<String, ?> from) throws IOException {
    return databases.begun(
        World.name("brought"),
        engine,
        Map.of(
            "version", VERSIONS.get(engine), "externalPort", Databases.freePort(), "from", from));
  }

  /** A dump of a server that became a backup here. */
  private record Sent(Outsider by, String backup) {}

  private Sent sent(Outsider by, Path file) {
    return new Sent(by, Backups.id(upload(by.engine(), file).expect(202).json()));
  }

  private Answer upload(String engine, Path file) {
    return world
        .api()
        .upload(
            "/backups/uploads?engine="
                + engine
                + "&version="
                + VERSIONS.get(engine)
                + "&name="
                + file.getFileName(),
            file);
  }

  /** Each way in which a file is no dump, and what somebody is told. */
  private Map<String, String> broken(Outsider postgres, Path custom, Path text, Path snapshot)
      throws IOException {
    Map<String, String> causes = new LinkedHashMap<>();
    long before = objects();
    assertThat(before).as("the whole ones, where they are looked for").isPositive();
    Path plain = postgres.dumped(folder.resolve("plain.sql"), "exec pg_dump --no-owner");
    notTaken(causes, "postgresql", "plain SQL", plain, "dump_not_custom");
    Path empty = Files.createFile(folder.resolve("empty"));
    notTaken(causes, "postgresql", "empty", empty, "invalid_request");
    Path packed = folder.resolve("shop.sql.gz");
    Shell.run("sh", "-c", "gzip -c " + text + " > " + packed);
    notTaken(causes, "mariadb", "gzip", packed, "dump_compressed");
    notTaken(causes, "mariadb", "cut off", lines(text), "dump_truncated");
    notTaken(causes, "redis", "cut off", half(snapshot), "dump_truncated");
    assertThat(objects()).as("what was not taken in leaves nothing").isEqualTo(before);
    assertThat(backups.listed("status=failed"))
        .extracting(backup -> backup.path("subjectName").asText())
        .doesNotContain("plain.sql", "empty", "shop.sql.gz", "lines-shop.sql", "half-shop.rdb");

    String cut = Backups.id(upload("postgresql", half(custom)).expect(202).json());
    causes.put("postgresql, cut off", backups.failed(cut));
    assertThat(neverMade(cut).path("code").asText()).isEqualTo("backup_not_stored");
    world.api().delete("/backups/" + cut).expect(202);
    return causes;
  }

  private JsonNode neverMade(String backup) {
    return world
        .api()
        .post(
            "/databases",
            Map.of(
                "name",
                World.name("never"),
                "engine",
                "postgresql",
                "from",
                Map.of("backupId", backup)))
        .expect(409)
        .json();
  }

  private void notTaken(
      Map<String, String> causes, String engine, String what, Path file, String code) {
    JsonNode told = upload(engine, file).expect(422).json();
    assertThat(told.path("code").asText()).as(told.toPrettyString()).isEqualTo(code);
    assertThat(told.path("remedy").asText()).as(told.toPrettyString()).isNotBlank();
    causes.put(engine + ", " + what, code);
  }

  /** How many objects of dumps that were sent lie at the platform's own destination. */
  private long objects() {
    return Long.parseLong(
        Shell.run(
            "sh",
            "-c",
            "find " + world.host().data() + "/backups -type f -path '*import*' | wc -l"));
  }

  private static Path half(Path whole) throws IOException {
    byte[] bytes = Files.readAllBytes(whole);
    return Files.write(
        whole.resolveSibling("half-" + whole.getFileName()),
        Arrays.copyOf(bytes, bytes.length / 2));
  }

  /** Cut off between two statements: what is left is right, and not all. */
  private static Path lines(Path whole) throws IOException {
    List<String> lines = Files.readAllLines(whole);
    int end = lines.size();
    while (!lines.get(end - 1).startsWith("INSERT INTO")) {
      end--;
    }
    return Files.write(
        whole.resolveSibling("lines-" + whole.getFileName()), lines.subList(0, end - 1));
  }
}
