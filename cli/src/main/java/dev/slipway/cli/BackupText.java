package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;

/** Backups and restores as people read them. */
final class BackupText {
  private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};

  private BackupText() {}

  /** Bytes in the unit that leaves few digits. */
  static String bytes(long bytes) {
    double left = bytes;
    int unit = 0;
    while (left >= 1024 && unit < UNITS.length - 1) {
      left /= 1024;
      unit++;
    }
    return unit == 0
        ? bytes + " B"
        : String.format(Locale.ROOT, left < 10 ? "%.1f %s" : "%.0f %s", left, UNITS[unit]);
  }

  /** How far something is; the percentage only where the whole is known. */
  static String progress(long done, long total) {
    return total > 0 && done <= total
        ? String.format(
            Locale.ROOT, "%d %% (%s of %s)", done * 100 / total, bytes(done), bytes(total))
        : bytes(done);
  }

  /** What a backup, a schedule or a restore is about. */
  static String subject(JsonNode of) {
    if (of.path("platform").asBoolean()) {
      return "platform";
    }
    String name = Session.text(of, "subjectName");
    return name.equals("-") ? id(of) : name;
  }

  private static String id(JsonNode of) {
    String database = Session.text(of, "databaseId");
    return database.equals("-")
        ? Session.text(of, "applicationId") + "/" + Session.text(of, "volume")
        : database;
  }

  /** What it takes at its destination. */
  static String size(JsonNode backup) {
    JsonNode stored = backup.path("manifest").path("storedBytes");
    return stored.isNumber() ? bytes(stored.asLong()) : "-";
  }

  static final List<String> BACKUP_COLUMNS =
      List.of("BACKUP", "OF", "STATUS", "SIZE", "TRIGGER", "DESTINATION", "CREATED");

  static List<String> row(JsonNode backup) {
    String status = Session.text(backup, "status");
    return List.of(
        Session.text(backup, "id"),
        subject(backup),
        backup.path("removedAt").isNull()
            ? status + (backup.path("pinned").asBoolean() ? ", pinned" : "")
            : "removed",
        size(backup),
        Session.text(backup, "trigger"),
        Session.text(backup, "destinationId"),
        Session.text(backup, "createdAt"));
  }

  /** Why something failed, in a line. */
  static String failure(JsonNode of) {
    JsonNode failure = of.path("failure");
    return Session.text(failure, "detail") + " " + Session.text(failure, "remedy");
  }
}
