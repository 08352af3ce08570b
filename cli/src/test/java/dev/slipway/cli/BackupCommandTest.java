package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupCommandTest extends CommandBench {
  private static final String DATABASES = "GET /api/databases?q=shop&limit=200";
  private static final String BACKUP = "GET /api/backups/bak_1";
  private static final String WAIT = BACKUP + "?wait=2";

  private void shopIsThere() {
    when(DATABASES, 200, "{\"items\":[{\"id\":\"db_1\",\"name\":\"shop\"}],\"nextCursor\":null}");
  }

  private static String backup(String status, long progress) {
    return """
    {"id":"bak_1","subjectName":"shop","status":"%s","progressBytes":%d,"failure":null,
     "manifest":{"plainBytes":2048,"storedBytes":11,
       "storedSha256":"b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"}}
    """
        .formatted(status, progress);
  }

  @Test
  void aBackupIsFollowedUntilItIsProven() {
    shopIsThere();
    when("POST /api/backups", 202, backup("pending", 0));
    when(WAIT, 200, backup("running", 1024));
    when(WAIT, 200, backup("stored", 512));
    when(WAIT, 200, backup("verified", 2048));

    assertThat(run("backup", "create", "--database", "shop", "--encrypted")).isZero();
    assertThat(out.toString())
        .contains("reading: 1.0 KB")
        .contains("verifying: 25 % (512 B of 2.0 KB)")
        .contains("Backup bak_1 of shop is verified: 11 B.");
    assertThat(asked)
        .anyMatch(line ->
            line.contains("\"databaseId\":\"db_1\"") && line.contains("\"encrypted\":true"));
  }

  @Test
  void aBackupOfThePlatformIsDownloadedAndTellsWhichKeyOpensIt(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("platform.backup");
    when("POST /api/backups", 202, backup("verified", 0));
    when(
        BACKUP,
        200,
        backup("verified", 0).replace("\"plainBytes\"", "\"keyId\":\"master-1a\",\"plainBytes\""));
    when(BACKUP + "/content", 200, "hello world");

    assertThat(run("backup", "platform", "--output", file.toString())).isZero();
    assertThat(file).hasContent("hello world");
    assertThat(out.toString()).contains("Only the key master-1a opens it").contains("elsewhere");
    assertThat(asked).anyMatch(line -> line.contains("\"platform\":true"));
  }

  @Test
  void aFileThatIsThereAlreadyIsNotReplaced(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("platform.backup"), "older");

    assertThat(run("backup", "platform", "--output", file.toString()))
        .isEqualTo(CliFailure.REFUSED);
    assertThat(file).hasContent("older");
    assertThat(asked).noneMatch(line -> line.startsWith("POST"));
  }

  @Test
  void aBackupThatFailedEndsTheCommandWithItsCause() {
    shopIsThere();
    when(
        "POST /api/backups",
        202,
        "{\"id\":\"bak_1\",\"status\":\"failed\",\"failure\":{\"detail\":\"It broke.\",\"remedy\":\"Mend it.\"}}");

    assertThat(run("backup", "create", "--database", "shop")).isEqualTo(CliFailure.REFUSED);
    assertThat(err.toString()).contains("The backup failed. It broke. Mend it.");
  }

  @Test
  void aDownloadGetsItsNameWhenItsHashFits(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("shop.zst");
    when(BACKUP, 200, backup("verified", 0));
    when(BACKUP + "/content", 200, "hello world");

    assertThat(run("backup", "download", "bak_1", "--to", file.toString())).isZero();
    assertThat(file).hasContent("hello world");
    assertThat(folder.resolve("shop.zst.part")).doesNotExist();
  }

  @Test
  void aDownloadGoesOnWhereItWasCutOff(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("shop.zst");
    Files.writeString(folder.resolve("shop.zst.part"), "hello ");
    when(BACKUP, 200, backup("verified", 0));
    when(BACKUP + "/content", 206, "world");

    assertThat(run("backup", "download", "bak_1", "--to", file.toString())).isZero();
    assertThat(file).hasContent("hello world");
  }

  @Test
  void whatCameDamagedIsNotKept(@TempDir Path folder) {
    when(BACKUP, 200, backup("verified", 0));
    when(BACKUP + "/content", 200, "hello moon!");

    assertThat(run("backup", "download", "bak_1", "--to", folder.resolve("shop.zst").toString()))
        .isEqualTo(CliFailure.REFUSED);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aDumpIsSentAsItIs(@TempDir Path folder) throws IOException {
    Path dump = Files.writeString(folder.resolve("dump"), "PGDMP and more");
    when(
        "POST /api/backups/uploads?encrypted=false&engine=postgresql&version=17",
        202,
        backup("verified", 0));

    assertThat(
            run(
                "backup",
                "upload",
                dump.toString(),
                "--engine",
                "postgresql",
                "--server-version",
                "17"))
        .isZero();
    assertThat(asked).anyMatch(line -> line.endsWith("PGDMP and more"));
  }

  @Test
  void aRestoreTellsHowFarItIs() {
    when(
        "POST /api/restores",
        202,
        "{\"id\":\"rst_1\",\"status\":\"waiting\",\"progressBytes\":0,\"totalBytes\":0}");
    when(
        "GET /api/restores/rst_1?wait=2",
        200,
        "{\"id\":\"rst_1\",\"status\":\"running\",\"progressBytes\":50,\"totalBytes\":100}");
    when(
        "GET /api/restores/rst_1?wait=2",
        200,
        "{\"id\":\"rst_1\",\"status\":\"success\",\"databaseId\":\"db_2\",\"progressBytes\":100,\"totalBytes\":100}");

    assertThat(run("restore", "create", "bak_1", "--into", "copy", "--only", "a,b")).isZero();
    assertThat(out.toString())
        .contains("restoring: 50 % (50 B of 100 B)")
        .contains("Restored into db_2: 100 B.");
    assertThat(asked)
        .anyMatch(line ->
            line.contains("\"into\":{\"name\":\"copy\"}") && line.contains("[\"a\",\"b\"]"));
  }

  @Test
  void aVolumeIsNamedByItsApplication() {
    when(
        "GET /api/applications?q=shop&limit=200",
        200,
        "{\"items\":[{\"id\":\"app_1\",\"name\":\"shop\"}],\"nextCursor\":null}");
    when("POST /api/backups", 202, backup("pending", 0));
    assertThat(run("backup", "create", "--volume", "shop/data", "--pause", "--no-wait")).isZero();
    assertThat(asked)
        .anyMatch(line ->
            line.contains("\"applicationId\":\"app_1\",\"volume\":\"data\"")
                && line.contains("\"pauseApplication\":true"));
    when(
        "POST /api/restores",
        202,
        "{\"id\":\"rst_1\",\"status\":\"waiting\",\"progressBytes\":0,\"totalBytes\":0}");
    when(
        "GET /api/restores/rst_1?wait=2",
        200,
        "{\"id\":\"rst_1\",\"status\":\"success\",\"applicationId\":\"app_1\",\"volume\":\"data\",\"progressBytes\":100,\"totalBytes\":100}");
    assertThat(run("restore", "create", "bak_1", "--volume", "shop/data")).isZero();
    assertThat(out.toString()).contains("Restored into app_1/data: 100 B.");
  }

  @Test
  void aScheduleShowsItsNextTimes() {
    shopIsThere();
    when(
        "POST /api/backup-schedules",
        201,
        "{\"id\":\"sch_1\",\"nextTimes\":[\"2026-11-23T01:30:00Z\"]}");

    assertThat(
            run(
                "schedule",
                "add",
                "nightly",
                "--database",
                "shop",
                "--cron",
                "30 2 * * *",
                "--keep-days",
                "30"))
        .isZero();
    assertThat(out.toString()).contains("sch_1").contains("2026-11-23T01:30:00Z");
    assertThat(asked)
        .anyMatch(
            line -> line.contains("\"cron\":\"30 2 * * *\"") && line.contains("\"keepDays\":30"));
  }

  @Test
  void aDestinationThatDoesNotWorkIsTold() {
    when("POST /api/destinations", 201, "{\"id\":\"dst_1\"}");
    when(
        "POST /api/destinations/dst_1/check",
        200,
        "{\"ok\":false,\"detail\":\"It may not be used.\",\"remedy\":\"Ask the operator.\"}");

    assertThat(run("destination", "add", "local", "disk", "--path", "/mnt/x"))
        .isEqualTo(CliFailure.REFUSED);
    assertThat(out.toString()).contains("Added dst_1.").contains("Ask the operator.");
  }

  @Test
  void openAlarmsEndTheCommandWithOne() {
    when(
        "GET /api/alarms?open=true&limit=200",
        200,
        "{\"items\":[{\"code\":\"backup_overdue\",\"raisedAt\":\"2026-11-22T10:00:00Z\",\"detail\":\"Too old.\",\"remedy\":\"Look.\",\"clearedAt\":null}],\"nextCursor\":null}");

    assertThat(run("alarms")).isEqualTo(CliFailure.REFUSED);
    assertThat(out.toString()).contains("backup_overdue").contains("Too old.");
  }

  @Test
  void aBackupWithoutASubcommandIsNotUnderstood() {
    assertThat(run("backup")).isEqualTo(CliFailure.UNREACHABLE);
  }
}
