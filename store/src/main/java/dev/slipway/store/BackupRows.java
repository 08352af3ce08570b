package dev.slipway.store;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads backups and restores, and ends their logs. */
final class BackupRows {
  static final String BACKUPS =
      "select b.*, b.manifest::text as manifest_text, b.failure::text as failure_text from backups b";

  static final String RESTORES =
      """
      select r.*, r.only_parts::text as only_text, r.failure::text as failure_text from restores r
      """;

  /**
   * What readers are told of a restore: its server is filled before it serves, and the work on its
   * database ends with the switch. Who fills and who switches go by the row's own status.
   */
  static final String SHOWN_STATUS =
      """
      (case when r.status = 'success' and r.target_kind = 'database' and exists (
          select 1 from database_work w where w.database_id = r.target_id
            and w.status in ('pending', 'running') and w.input ->> 'restoreId' = r.id)
        then 'running' else r.status end)
      """;

  static final String SHOWN_RESTORES =
      """
      select r.*, r.only_parts::text as only_text, r.failure::text as failure_text,
          %s as shown_status from restores r
      """
          .formatted(SHOWN_STATUS);

  private BackupRows() {}

  static Backup backup(Row row) {
    return new Backup(
        new BackupId(row.getString("id")),
        subject(row, "subject"),
        row.getString("subject_name"),
        row.getString("engine"),
        row.getString("engine_version"),
        row.getString("schedule_id"),
        Rows.at(row, "due_at"),
        BackupTrigger.valueOf(upper(row, "trigger")),
        deploymentId(row.getString("deployment_id")),
        row.getString("actor"),
        row.getString("destination_id"),
        row.getString("object_key"),
        row.getBoolean("encrypted"),
        BackupStatus.valueOf(upper(row, "status")),
        row.getLong("progress_bytes"),
        Rows.jsonOrNull(row, "manifest_text", Manifest.class),
        Rows.jsonOrNull(row, "failure_text", Failure.class),
        row.getBoolean("pinned"),
        Rows.when(row, "created_at"),
        Rows.at(row, "started_at"),
        Rows.at(row, "stored_at"),
        Rows.at(row, "verified_at"),
        Rows.at(row, "completed_at"),
        Rows.at(row, "removed_at"));
  }

  static Restore restore(Row row) {
    return restore(row, "status");
  }

  static Restore shownRestore(Row row) {
    return restore(row, "shown_status");
  }

  private static Restore restore(Row row, String status) {
    return new Restore(
        row.getString("id"),
        new BackupId(row.getString("backup_id")),
        subject(row, "target"),
        row.getInteger("generation"),
        List.of(Json.read(row.getString("only_text"), String[].class)),
        row.getBoolean("in_place"),
        backupId(row.getString("safety_backup_id")),
        row.getString("actor"),
        Restore.Status.valueOf(upper(row, status)),
        row.getLong("progress_bytes"),
        row.getLong("total_bytes"),
        Rows.jsonOrNull(row, "failure_text", Failure.class),
        Rows.when(row, "created_at"),
        Rows.at(row, "started_at"),
        Rows.at(row, "completed_at"));
  }

  static BackupSubject subject(Row row, String prefix) {
    return new BackupSubject(
        BackupSubject.Kind.valueOf(upper(row, prefix + "_kind")),
        row.getString(prefix + "_id"),
        row.getString(prefix + "_volume"));
  }

  private static @Nullable BackupId backupId(@Nullable String id) {
    return id == null ? null : new BackupId(id);
  }

  private static @Nullable DeploymentId deploymentId(@Nullable String id) {
    return id == null ? null : new DeploymentId(id);
  }

  private static String upper(Row row, String column) {
    return row.getString(column).toUpperCase(Locale.ROOT);
  }

  /** Tells readers of a log that no more will come. */
  static Future<Void> endLog(Queries tx, String stream, String status) {
    return tx.query(
            """
            insert into log_streams(stream, ended, status) values ($1, true, $2)
              on conflict (stream) do update set ended = true, status = $2, updated_at = now()
            """,
            stream,
            status)
        .mapEmpty();
  }

  /** And that more will. */
  static Future<Void> openLog(Queries tx, String stream) {
    return tx.query(
            "update log_streams set ended = false, status = null where stream = $1 and ended",
            stream)
        .mapEmpty();
  }

  /**
   * What only one saga at a time may read or replace. All volumes of an application are one thing:
   * a pause is of the application, and who is restored is read by nobody.
   */
  static String exclusive(String kind, BackupSubject subject) {
    return subject.kind() == BackupSubject.Kind.VOLUME
        ? subject.kind().wire() + "s:" + subject.id()
        : kind + ":" + named(subject);
  }

  /** {@code database:db_…}, {@code volume:app_…:data}. */
  private static String named(BackupSubject subject) {
    String volume = subject.volume();
    return subject.kind().wire()
        + ":"
        + (subject.id() == null ? "" : subject.id())
        + (volume == null ? "" : ":" + volume);
  }
}
