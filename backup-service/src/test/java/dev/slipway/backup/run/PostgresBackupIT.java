package dev.slipway.backup.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.pg.PostgresExtension;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a real PostgreSQL, and what may become of them. */
@Tag("docker")
class PostgresBackupIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  @TempDir static Path folder;

  private static final int WRITERS = 4;
  private static final DockerEngine ENGINE = JavaDockerEngine.at(JavaDockerEngine.DEFAULT_HOST);
  private static Stand stand;
  private static SourceServer shop;

  @BeforeAll
  static void aShop() throws IOException {
    stand = new Stand(POSTGRES.database(), ENGINE, folder);
    shop = new SourceServer(stand, DatabaseEngine.POSTGRESQL, "17", "shop-" + stand.installation);
    shop.client(
        """
        create table orders(id bigserial primary key, what text);
        create table "strange ""names"".x"(a int);
        create schema other;
        create table other.empty(a int);
        create role somebody; grant select on orders to somebody;
        create view recent as select * from orders order by id desc limit 10;
        insert into orders(what) select md5(i::text) from generate_series(1, 20000) i;
        insert into "strange ""names"".x" values (1), (2);
        """);
  }

  @AfterAll
  static void nothingStays() {
    shop.close();
    stand.close();
    ENGINE.close();
  }

  @Test
  void aBackupTakenWhileFourWriteIsVerifiedAndRestoresToTheSame() throws Exception {
    Backup backup;
    List<Thread> writers = new ArrayList<>();
    List<dev.slipway.docker.Program> clients = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      var client = shop.start();
      clients.add(client);
      writers.add(Thread.ofVirtual().start(() -> write(client)));
    }
    try {
      backup = stand.run(stand.ask(shop.id, true));
    } finally {
      clients.forEach(dev.slipway.docker.Program::close);
      for (Thread writer : writers) {
        writer.join();
      }
    }
    assertThat(stand.told(backup)).isEqualTo("verified");
    var manifest = Objects.requireNonNull(backup.manifest());
    assertThat(manifest.counts())
        .containsEntry("public.strange \"names\".x", 2L)
        .containsEntry("other.empty", 0L)
        .hasEntrySatisfying("public.orders", n -> assertThat(n).isGreaterThanOrEqualTo(20000L));
    assertThat(manifest.tool()).startsWith("pg_dump (PostgreSQL) 17");
    assertThat(manifest.serverVersion()).startsWith("17");
    assertThat(manifest.keyId()).isNotNull();
    restoresToTheSame(backup);
  }

  private static void write(dev.slipway.docker.Program client) {
    try {
      byte[] statement =
          "insert into orders(what) values ('more'); delete from orders where id = (select min(id) + 7 from orders);\n"
              .getBytes(StandardCharsets.UTF_8);
      while (true) {
        client.stdin().write(statement);
      }
    } catch (IOException | RuntimeException closed) {
      Thread.yield(); // the test is over
    }
  }

  private void restoresToTheSame(Backup backup) throws IOException {
    try (var target =
        new SourceServer(stand, DatabaseEngine.POSTGRESQL, "17", "copy-" + stand.installation)) {
      Restore restore = stand.runRestore(stand.askRestore(backup.id(), target.id, false));
      assertThat(restore.failure()).isNull();
      assertThat(restore.status()).isEqualTo(Restore.Status.SUCCESS);
      assertThat(target.client("select count(*) from orders"))
          .isEqualTo(
              String.valueOf(
                  Objects.requireNonNull(backup.manifest()).counts().get("public.orders")));
      Restore again = stand.runRestore(stand.askRestore(backup.id(), target.id, false));
      assertThat(Objects.requireNonNull(again.failure()).code()).isEqualTo("target_not_empty");
      target.client("delete from orders");
      Restore forced = stand.runRestore(stand.askRestore(backup.id(), target.id, true));
      assertThat(forced.failure()).isNull();
      target.client("drop table other.empty");
      Restore part =
          stand.runRestore(stand.askRestore(backup.id(), target.id, false, "other.empty"));
      assertThat(part.failure()).isNull();
      assertThat(target.client("select count(*) from other.empty")).isEqualTo("0");
    }
  }

  @Test
  void anEmptyDatabaseHasABackupThatSaysSo() {
    try (var empty =
        new SourceServer(stand, DatabaseEngine.POSTGRESQL, "17", "empty-" + stand.installation)) {
      Backup backup = stand.run(stand.ask(empty.id));
      assertThat(stand.told(backup)).isEqualTo("verified");
      assertThat(Objects.requireNonNull(backup.manifest()).counts()).isEmpty();
    }
  }

  @Test
  void whatWasDamagedWhereItLiesIsFoundOutWithItsCause() throws IOException {
    Backup backup = stand.run(stand.ask(shop.id));
    assertThat(stand.told(backup)).isEqualTo("verified");
    BackupId id = backup.id();
    Path file = stand.file(backup);
    byte[] whole = Files.readAllBytes(file);
    assertThat(stand.told(stand.prove(id))).isEqualTo("verified");

    try (var cut = new RandomAccessFile(file.toFile(), "rw")) {
      cut.setLength(whole.length - 1000);
    }
    becomes(id, "backup_truncated");
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 4;
    Files.write(file, flipped);
    becomes(id, "backup_corrupt");
    Files.write(file, new byte[] {31, -117, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    becomes(id, "backup_not_ours");
    Files.delete(file);
    becomes(id, "object_missing");
    Files.write(file, whole);
    assertThat(stand.told(stand.prove(id))).isEqualTo("verified");
    System.out.println(
        "PROMISE T14: truncated, bit-flipped, 20-byte gzip and missing objects each failed with their cause");
  }

  private static void becomes(BackupId id, String code) {
    Backup backup = stand.prove(id);
    assertThat(stand.told(backup)).startsWith(code);
    assertThat(backup.status()).isEqualTo(BackupStatus.FAILED);
  }

  @Test
  void aScratchServerOfAnOlderVersionProvesNothing() {
    BackupId id = stand.run(stand.ask(shop.id)).id();
    POSTGRES
        .database()
        .query("update backups set engine_version = '15' where id = $1", id.value())
        .await();
    assertThat(stand.told(stand.prove(id))).startsWith("tool_version_older");
  }

  @Test
  void aServerThatIsGoneOrLetsNobodyInFailsTheBackupWithThatCause() throws IOException {
    var away =
        new SourceServer(stand, DatabaseEngine.POSTGRESQL, "17", "away-" + stand.installation);
    away.client("alter user shop password 'another one'");
    assertThat(stand.told(stand.run(stand.ask(away.id)))).startsWith("database_refused_password");
    away.close();
    assertThat(stand.told(stand.run(stand.ask(away.id)))).startsWith("database_stopped");
    assertThat(
            ENGINE.containers(
                Map.of("dev.slipway.installation", stand.installation, "dev.slipway.fence", "1")))
        .isEmpty();
  }
}
