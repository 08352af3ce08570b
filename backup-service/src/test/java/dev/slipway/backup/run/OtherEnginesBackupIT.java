package dev.slipway.backup.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.Program;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.pg.PostgresExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Backups of real servers of MariaDB, MySQL and Redis while others write, proven and restored. */
@Tag("docker")
class OtherEnginesBackupIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  @TempDir static Path folder;

  private static final int WRITERS = 4;
  private static final DockerEngine ENGINE = JavaDockerEngine.at(JavaDockerEngine.DEFAULT_HOST);
  private static Stand stand;

  @BeforeAll
  static void aStand() {
    stand = new Stand(POSTGRES.database(), ENGINE, folder);
  }

  @AfterAll
  static void nothingStays() {
    stand.close();
    ENGINE.close();
  }

  @Test
  void mariadbIsDumpedWhileFourWriteAndRestoresToTheSame() throws Exception {
    try (var shop = server(DatabaseEngine.MARIADB, "11.8", "maria");
        var copy = server(DatabaseEngine.MARIADB, "11.8", "maria-copy")) {
      shop.client(
          """
          create table orders(id bigint auto_increment primary key, what text, raw blob);
          create table `odd``name`(a int);
          create table empty_one(a int);
          insert into orders(what, raw) select concat("it's (", seq, "); \\\\ \\n insert into `x` values (1)"),
            unhex('00275c0a29') from seq_1_to_20000;
          insert into `odd``name` values (1), (2), (3);
          create view recent as select * from orders;
          delimiter ;;
          create procedure fill_up() begin
          INSERT INTO `odd``name` VALUES (9);
          end;;
          create trigger noted before insert on empty_one for each row set new.a = new.a + 1;;
          delimiter ;
          """);
      Backup backup =
          whileWriting(
              shop,
              "insert into orders(what) values ('more'); delete from orders where id = 7 + floor(rand() * 10000);\n",
              () -> stand.run(stand.ask(shop.id)));
      Manifest manifest = verified(backup);
      assertThat(manifest.counts())
          .containsOnlyKeys("orders", "odd`name", "empty_one")
          .containsEntry("odd`name", 3L)
          .containsEntry("empty_one", 0L);
      restores(backup, copy);
      assertThat(copy.client("select count(*) from orders;"))
          .isEqualTo(String.valueOf(manifest.counts().get("orders")));
      assertThat(
              copy.client(
                  "select count(*) from information_schema.routines where routine_schema = 'shop';"))
          .isEqualTo("1");
    }
  }

  @Test
  void mysqlIsDumpedWhileFourWriteAndRestoresToTheSame() throws Exception {
    mysqlIsHere();
    var beside =
        CompletableFuture.supplyAsync(() -> server(DatabaseEngine.MYSQL, "9.7", "mysql-copy"));
    try (var shop = server(DatabaseEngine.MYSQL, "9.7", "mysql", Map.of("tls-version", ""));
        var copy = beside.join()) {
      shop.client(
          """
          set cte_max_recursion_depth = 20000;
          create table orders(id bigint auto_increment primary key, what text, raw blob, doc json,
            twice bigint generated always as (char_length(what) * 2) virtual);
          create table `odd``name`(a int);
          create table empty_one(a int);
          insert into orders(what, raw, doc) with recursive s(n) as (select 1 union all select n + 1 from s where n < 20000)
            select concat("it's (", n, "); \\\\ \\n insert into `x` values (1)"), unhex('00275c0a29'),
            json_object('k', "a '); b") from s;
          insert into `odd``name` values (1), (2), (3);
          create view recent as select * from orders;
          delimiter ;;
          create procedure fill_up() begin
          INSERT INTO `odd``name` VALUES (9);
          end;;
          create function seven() returns int deterministic return 7;;
          create trigger noted before insert on empty_one for each row set new.a = new.a + 1;;
          create event sweep on schedule every 1 day do delete from empty_one;;
          delimiter ;
          """);
      Backup backup =
          whileWriting(
              shop,
              "insert into orders(what) values ('more'); delete from orders where id = 7 + floor(rand() * 10000);\n",
              () -> stand.run(stand.ask(shop.id)));
      Manifest manifest = verified(backup);
      assertThat(manifest.counts())
          .containsOnlyKeys("orders", "odd`name", "empty_one")
          .containsEntry("odd`name", 3L)
          .containsEntry("empty_one", 0L);
      assertThat(manifest.tool()).contains("9.7");
      restores(backup, copy);
      String same =
          "select count(*), sum(crc32(what)), count(doc), sum(twice) from orders where id < 7;";
      assertThat(copy.client(same)).isEqualTo(shop.client(same));
      assertThat(copy.client("select count(*) from orders;"))
          .isEqualTo(String.valueOf(manifest.counts().get("orders")));
      assertThat(
              copy.client(
                  "select count(*) from information_schema.routines where routine_schema = 'shop';"
                      + " select count(*) from information_schema.triggers where trigger_schema = 'shop';"
                      + " select count(*) from information_schema.events where event_schema = 'shop';"
                      + " select count(*) from information_schema.views where table_schema = 'shop';"))
          .isEqualTo("2\n1\n1\n1");
      overWhatIsThere(backup, shop);
      mysqlThatLetsNobodyIn(shop);
    }
  }

  /** It comes from a release of Debian that may lack it one day; the log of the images says why. */
  private static void mysqlIsHere() {
    Assumptions.assumeTrue(
        ENGINE.image("slipway-base/mysql:9.7").isPresent(),
        "the engine has no slipway-base/mysql:9.7; scripts/base-images.sh mysql says why");
  }

  /** In place, and only when that is what is wanted. */
  private static void overWhatIsThere(Backup backup, SourceServer shop) throws IOException {
    shop.client("truncate orders; create table later(a int);");
    Restore refused = stand.runRestore(stand.askRestore(backup.id(), shop.id, false));
    assertThat(refused.status()).isEqualTo(Restore.Status.FAILED);
    Restore forced = stand.runRestore(stand.askRestore(backup.id(), shop.id, true));
    assertThat(forced.failure()).isNull();
    assertThat(shop.client("select count(*) from orders; show tables like 'later';"))
        .isEqualTo(
            String.valueOf(Objects.requireNonNull(backup.manifest()).counts().get("orders")));
  }

  private static void mysqlThatLetsNobodyIn(SourceServer shop) throws IOException {
    shop.client("alter user root@'%' identified by 'another one';");
    assertThat(stand.told(stand.run(stand.ask(shop.id)))).startsWith("database_refused_password");
    shop.close();
    assertThat(stand.told(stand.run(stand.ask(shop.id)))).startsWith("database_stopped");
  }

  @Test
  void anEmptyMariadbWithoutTlsHasABackupAndOneThatLetsNobodyInHasNone() throws Exception {
    try (var shop = server(DatabaseEngine.MARIADB, "11.8", "maria-empty", Map.of("ssl", "0"))) {
      assertThat(verified(stand.run(stand.ask(shop.id))).counts()).isEmpty();
      shop.client("alter user root@'%' identified by 'another one';");
      assertThat(stand.told(stand.run(stand.ask(shop.id)))).startsWith("database_refused_password");
      shop.close();
      assertThat(stand.told(stand.run(stand.ask(shop.id)))).startsWith("database_stopped");
    }
  }

  @Test
  void redisIsDumpedWhileFourWriteAndRestoresToTheSame() throws Exception {
    try (var shop = server(DatabaseEngine.REDIS, "8.0", "redis");
        var copy = server(DatabaseEngine.REDIS, "8.0", "redis-copy")) {
      shop.client("debug populate 20000\nselect 3\nset a 1\nset b 2 ex 100000\nhset h f v\n");
      shop.client("eval \"for i = 1, 20000 do redis.call('set', 'k' .. i, i) end\" 0\n");
      Backup backup =
          whileWriting(
              shop,
              "incr n\nset x:1 1\ndel x:1\nlpush list a\n",
              () -> stand.run(stand.ask(shop.id, true)));
      Manifest manifest = verified(backup);
      assertThat(manifest.counts()).containsEntry("db3", 3L);
      assertThat(manifest.counts().get("db0")).isGreaterThanOrEqualTo(20000L);
      restores(backup, copy);
      assertThat(copy.client("dbsize\n")).isEqualTo(String.valueOf(manifest.counts().get("db0")));
      assertThat(copy.client("set after restore\n")).isEqualTo("OK");
    }
  }

  @Test
  void anEmptyValkeyHasABackupAndOneThatIsGoneHasNone() throws Exception {
    try (var shop = server(DatabaseEngine.VALKEY, "8.1", "valkey")) {
      assertThat(verified(stand.run(stand.ask(shop.id))).counts()).isEmpty();
      shop.client("config set requirepass another-one\n");
      assertThat(stand.told(stand.run(stand.ask(shop.id)))).startsWith("database_refused_password");
      shop.close();
      assertThat(stand.told(stand.run(stand.ask(shop.id)))).startsWith("database_stopped");
    }
  }

  private static SourceServer server(DatabaseEngine engine, String version, String name) {
    return server(engine, version, name, Map.of());
  }

  private static SourceServer server(
      DatabaseEngine engine, String version, String name, Map<String, String> settings) {
    return new SourceServer(stand, engine, version, name + "-" + stand.installation, settings);
  }

  private static Manifest verified(Backup backup) {
    assertThat(stand.told(backup)).isEqualTo("verified");
    return Objects.requireNonNull(backup.manifest());
  }

  private static void restores(Backup backup, SourceServer copy) {
    Restore restore = stand.runRestore(stand.askRestore(backup.id(), copy.id, false));
    assertThat(restore.failure()).isNull();
    assertThat(restore.status()).isEqualTo(Restore.Status.SUCCESS);
    System.out.println(
        "PROMISE T16: a backup of "
            + backup.engine()
            + " taken under writes was restored and compared");
  }

  private static <T> T whileWriting(SourceServer shop, String statement, Supplier<T> work)
      throws InterruptedException {
    List<Program> clients = new ArrayList<>();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      var client = shop.start();
      clients.add(client);
      writers.add(Thread.ofVirtual().start(() -> write(client, statement)));
      writers.add(Thread.ofVirtual().start(() -> listen(client)));
    }
    try {
      return work.get();
    } finally {
      clients.forEach(Program::close);
      for (Thread writer : writers) {
        writer.join();
      }
    }
  }

  private static void write(Program client, String statement) {
    try {
      byte[] bytes = statement.getBytes(StandardCharsets.UTF_8);
      while (true) {
        client.stdin().write(bytes);
      }
    } catch (IOException | RuntimeException closed) {
      Thread.yield(); // the test is over
    }
  }

  private static void listen(Program client) {
    try {
      client.stdout().transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException | RuntimeException closed) {
      Thread.yield(); // the test is over
    }
  }
}
