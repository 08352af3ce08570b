package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Takes a backup of the platform itself, and says what else is needed to restore it. */
final class PlatformBackup {
  private final Session session;

  PlatformBackup(Session session) {
    this.session = session;
  }

  /** Exit code 0 when it is proven and, where that was wanted, lies in the file. */
  int take(ObjectNode wish, @Nullable Path output) {
    Path file = output == null ? null : output.toAbsolutePath();
    if (file != null) {
      mustBeWritable(file);
    }
    JsonNode begun = session.api().post("/api/backups", wish);
    int code = new BackupWatch(session).backup(begun);
    JsonNode known = session.api().get("/api/backups/" + Api.encoded(begun.path("id").asText()));
    if (file != null) {
      new BackupTransfer(session).download(known, file);
      session.print(file + " (" + BackupText.size(known) + ")");
    }
    session.print(
        "Only the key "
            + known.path("manifest").path("keyId").asText()
            + " opens it, and that key is not in it: keep a copy of "
            + masterKey()
            + " elsewhere.");
    session.print("The data of databases and volumes have backups of their own.");
    return code;
  }

  /** Before the work, not after it. */
  private static void mustBeWritable(Path file) {
    Path folder = file.getParent();
    if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw CliFailure.refused("The folder of " + file + " is not there or not writable.");
    }
    if (Files.exists(file)) {
      throw CliFailure.refused(file + " is there already; name another file.");
    }
  }

  private String masterKey() {
    var environment = session.environment();
    String named = environment.getOrDefault("SLIPWAY_MASTER_KEY_FILE", "");
    String data = environment.getOrDefault("SLIPWAY_DATA", "the data directory");
    return !named.isBlank()
        ? named
        : environment.getOrDefault("SLIPWAY_MASTER_KEY", "").isBlank()
            ? data + "/master.key"
            : "SLIPWAY_MASTER_KEY";
  }
}
