package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** Follows a backup or a restore to its end and tells how far it is. */
final class BackupWatch {
  /** Seconds of one question, so that progress is told while it is made. */
  private static final int LOOK = 2;

  private static final Set<String> ENDED = Set.of("verified", "success", "failed", "cancelled");

  private final Session session;

  BackupWatch(Session session) {
    this.session = session;
  }

  /** Exit code 0 when the backup is proven. */
  int backup(JsonNode begun) {
    JsonNode backup = followed("/api/backups/", begun);
    if (backup.path("status").asText().equals("verified")) {
      session.print(
          "Backup "
              + backup.path("id").asText()
              + " of "
              + BackupText.subject(backup)
              + " is verified: "
              + BackupText.size(backup)
              + ".");
      return 0;
    }
    throw CliFailure.refused(
        "The backup " + Session.text(backup, "status") + ". " + BackupText.failure(backup));
  }

  /** Exit code 0 when the restored data is there. */
  int restore(JsonNode begun) {
    JsonNode restore = followed("/api/restores/", begun);
    if (restore.path("status").asText().equals("success")) {
      session.print(
          "Restored into "
              + BackupText.subject(restore)
              + ": "
              + BackupText.bytes(restore.path("progressBytes").asLong())
              + ".");
      return 0;
    }
    throw CliFailure.refused(
        "The restore " + Session.text(restore, "status") + ". " + BackupText.failure(restore));
  }

  private JsonNode followed(String path, JsonNode begun) {
    String id = begun.path("id").asText();
    JsonNode now = begun;
    String told = "";
    while (!ENDED.contains(now.path("status").asText())) {
      String line = line(now);
      if (!line.equals(told)) {
        session.print(line);
        told = line;
      }
      now = session.api().get(path + Api.encoded(id) + "?wait=" + LOOK);
    }
    return now;
  }

  /** What it does and how far it is. */
  static String line(JsonNode now) {
    String status = now.path("status").asText();
    long done = now.path("progressBytes").asLong();
    long total =
        now.has("totalBytes")
            ? now.path("totalBytes").asLong()
            : status.equals("stored") ? now.path("manifest").path("plainBytes").asLong() : 0;
    String doing =
        switch (status) {
          case "stored" -> "verifying";
          case "running" -> now.has("totalBytes") ? "restoring" : "reading";
          default -> status;
        };
    return done > 0 ? doing + ": " + BackupText.progress(done, total) : doing;
  }
}
