package dev.slipway.backup.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.backup.dump.PlatformHead;
import dev.slipway.backup.platform.PlatformFile;
import dev.slipway.backup.platform.PlatformRestore;
import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.database.ServerImage;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.DatabaseUrl;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.secrets.MasterKeys;
import dev.slipway.store.BackupCause;
import dev.slipway.store.BackupSubjects;
import dev.slipway.store.BackupWish;
import dev.slipway.store.DestinationStore;
import dev.slipway.store.InstallationStore;
import dev.slipway.store.Samples;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The platform's own state: taken, proven, and put into an empty database. */
@Tag("docker")
class PlatformBackupIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  @TempDir static Path folder;

  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final DockerEngine ENGINE = JavaDockerEngine.at(JavaDockerEngine.DEFAULT_HOST);
  private static Stand stand;
  private static Application shop;
  private static Backup backup;

  @BeforeAll
  static void aBackup() {
    stand = new Stand(POSTGRES.database(), ENGINE, folder);
    new InstallationStore(stand.database).idOr(stand.installation).await();
    shop = Samples.application(stand.database);
    Samples.serving(stand.database, shop, "gone-" + stand.installation);
    backup =
        stand.run(
            stand
                .parts
                .stores()
                .backups()
                .request(
                    new BackupWish(
                        BackupSubject.platform(),
                        BackupSubjects.PLATFORM,
                        BackupCause.of(BackupTrigger.MANUAL, "tester"),
                        DestinationStore.LOCAL,
                        false))
                .await());
  }

  @AfterAll
  static void nothingStays() {
    stand.close();
    ENGINE.close();
  }

  private static PlatformFile file(Path file) {
    return PlatformFile.of(file, stand.masters);
  }

  private static PlatformRestore restore() {
    return new PlatformRestore(
        ENGINE, ServerImage.plain(), 256 << 20, Duration.ofMinutes(5), folder);
  }

  private static DatabaseUrl emptyDatabase() {
    String name = "restored_" + stand.installation + "_" + NAMES.incrementAndGet();
    stand.database.query("create database " + name).await();
    return POSTGRES.url().withDatabase(name);
  }

  @Test
  void itIsSealedUnderTheMasterKeyThoughNobodyAskedForThat() throws IOException {
    assertThat(stand.told(backup)).isEqualTo("verified");
    assertThat(backup.encrypted()).isTrue();
    var manifest = Objects.requireNonNull(backup.manifest());
    assertThat(manifest.keyId()).isEqualTo("master-" + stand.masters.ids().getFirst());
    assertThat(manifest.counts()).containsEntry("public.applications", 1L);
    assertThat(Files.readString(stand.file(backup), StandardCharsets.ISO_8859_1))
        .doesNotContain(shop.name());
  }

  @Test
  void anEmptyDatabaseIsFilledAndItsRowsBecomeTrueForThisMachine() throws IOException {
    PlatformFile file = file(stand.file(backup));
    PlatformHead head = file.prove();
    assertThat(head.installation()).isEqualTo(stand.installation);
    DatabaseUrl url = emptyDatabase();
    restore().fill(file, head, new PlatformServer(url, PlatformServer.HOST), said -> {});
    Database other = Database.connect(stand.database.vertx(), url, 2);
    try {
      assertThat(restore().repair(other, head).applications()).containsExactly(shop.name());
      assertThat(other.one("select 1 from backups where removed_at is not null").await()).isNull();
      assertThat(other.one("select name from applications", row -> row.getString(0)).await())
          .isEqualTo(shop.name());
    } finally {
      other.close().await();
    }
  }

  @Test
  void aDatabaseThatHoldsSomethingIsNotTouched() {
    PlatformFile file = file(stand.file(backup));
    PlatformHead head = file.prove();
    var full = new PlatformServer(POSTGRES.url(), PlatformServer.HOST);
    assertThatThrownBy(() -> restore().fill(file, head, full, said -> {}))
        .isInstanceOfSatisfying(
            Problem.class, refused -> assertThat(refused.code()).isEqualTo("target_not_empty"));
  }

  @Test
  void anotherMasterKeyIsRefusedByName() {
    var other = MasterKeys.ofFile(Stand.masterKey(folder.resolve("other.key")));
    assertThatThrownBy(() -> PlatformFile.of(stand.file(backup), other).prove())
        .isInstanceOfSatisfying(
            Problem.class,
            refused -> {
              assertThat(refused.code()).isEqualTo("master_key_wrong");
              assertThat(refused.remedy()).contains("--master-key-file");
            });
  }

  @Test
  void aFileThatWasCutOffIsRefusedBeforeAnythingIsFilled() throws IOException {
    Path cut = folder.resolve("cut");
    Files.copy(stand.file(backup), cut);
    try (var end = new RandomAccessFile(cut.toFile(), "rw")) {
      end.setLength(end.length() - 100);
    }
    assertThatThrownBy(() -> file(cut).prove())
        .isInstanceOfSatisfying(
            Problem.class, refused -> assertThat(refused.code()).isEqualTo("backup_truncated"));
  }

  @Test
  void aForeignFileIsRefused() throws IOException {
    Path foreign = folder.resolve("foreign");
    Files.writeString(foreign, "PGDMP and whatever else there may be in a file");
    assertThatThrownBy(() -> file(foreign).prove())
        .isInstanceOfSatisfying(
            Problem.class, refused -> assertThat(refused.code()).isEqualTo("backup_not_ours"));
  }
}
