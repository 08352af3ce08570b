package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Backups. */
@Command(
    name = "backup",
    aliases = "backups",
    description = "Takes, lists, shows, proves, downloads, sends and removes backups.",
    mixinStandardHelpOptions = true)
final class BackupCommand {
  private static final String BACKUP = "BACKUP";

  @Spec @Nullable CommandSpec spec;

  @Command(
      description = "Takes a backup, proves that it restores, and tells how far it is.",
      mixinStandardHelpOptions = true)
  int create(
      @Mixin SubjectOption subject,
      @Option(
              names = "--destination",
              paramLabel = "NAME",
              description = "Where it shall lie (local).",
              defaultValue = "local")
          String destination,
      @Option(names = "--encrypted", description = "Seal it under the installation's backup key.")
          boolean encrypted,
      @Option(
              names = "--pause",
              description = "The application stands still while its volume is read.")
          boolean pause,
      @Option(names = "--no-wait", description = "Print its id and do not wait for its end.")
          boolean noWait) {
    Session session = session();
    ObjectNode body = Api.object();
    subject.into(body, session);
    body.put("destinationId", DestinationCommand.id(session, destination))
        .put("encrypted", encrypted);
    if (pause) {
      body.put("pauseApplication", true);
    }
    return begun(session.api().post("/api/backups", body), noWait);
  }

  @Command(
      description = {
        "Takes a backup of the platform's own state: projects, secrets, releases, schedules, people.",
        "It is sealed under a key made from the master key, which is not in it."
      },
      mixinStandardHelpOptions = true)
  int platform(
      @Option(
              names = "--destination",
              paramLabel = "NAME",
              description = "Where it shall lie (local).",
              defaultValue = "local")
          String destination,
      @Option(names = "--output", paramLabel = "FILE", description = "Download it there, proven.")
          @Nullable Path output) {
    Session session = session();
    ObjectNode body = Api.object().put("platform", true);
    body.put("destinationId", DestinationCommand.id(session, destination));
    return new PlatformBackup(session).take(body, output);
  }

  private int begun(JsonNode backup, boolean noWait) {
    if (noWait) {
      session().print(backup.path("id").asText());
      return 0;
    }
    return new BackupWatch(session()).backup(backup);
  }

  @Command(description = "Lists backups, newest first.", mixinStandardHelpOptions = true)
  int list(
      @Option(names = "--database", paramLabel = "NAME", description = "Of this database only.")
          @Nullable String database,
      @Option(names = "--app", paramLabel = "NAME", description = "Of its volumes only.")
          @Nullable String application,
      @Option(
              names = "--status",
              paramLabel = "STATUS",
              description = "pending, running, stored, verified, failed or cancelled.")
          @Nullable String status,
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              description = "json: for scripts.",
              defaultValue = "table")
          String format) {
    Session session = session();
    List<String> query = new ArrayList<>();
    if (database != null) {
      query.add("databaseId=" + Api.encoded(session.database(database).path("id").asText()));
    }
    if (application != null) {
      query.add(
          "applicationId=" + Api.encoded(session.application(application).path("id").asText()));
    }
    if (status != null) {
      query.add("status=" + Api.encoded(status));
    }
    JsonNode found =
        session.api().all("/api/backups" + (query.isEmpty() ? "" : "?" + String.join("&", query)));
    if (format.equals("json")) {
      session.print(found.toPrettyString());
      return 0;
    }
    List<List<String>> rows = new ArrayList<>();
    found.forEach(backup -> rows.add(BackupText.row(backup)));
    session.table(BackupText.BACKUP_COLUMNS, rows);
    return 0;
  }

  @Command(
      description = "Shows all that is known of a backup, as JSON.",
      mixinStandardHelpOptions = true)
  int show(@Parameters(paramLabel = BACKUP) String backup) {
    session().print(session().api().get(path(backup)).toPrettyString());
    return 0;
  }

  @Command(description = "Cancels a backup that has not ended.", mixinStandardHelpOptions = true)
  int cancel(@Parameters(paramLabel = BACKUP) String backup) {
    session().api().post(path(backup) + "/cancel", null);
    session().print("Asked for.");
    return 0;
  }

  @Command(
      description = "Proves once more that a stored backup restores.",
      mixinStandardHelpOptions = true)
  int verify(
      @Parameters(paramLabel = BACKUP) String backup,
      @Option(names = "--no-wait", description = "Do not wait for the end of its log.")
          boolean noWait) {
    Session session = session();
    session.api().post(path(backup) + "/verify", null);
    if (noWait) {
      return 0;
    }
    new Watch(session).log(path(backup) + "/logs");
    JsonNode now = session.api().get(path(backup));
    if (!now.path("status").asText().equals("verified")) {
      throw CliFailure.refused("The backup does not prove. " + BackupText.failure(now));
    }
    session.print("Verified.");
    return 0;
  }

  @Command(description = "Keeps a backup from retention.", mixinStandardHelpOptions = true)
  int pin(@Parameters(paramLabel = BACKUP) String backup) {
    return pinned(backup, true);
  }

  @Command(description = "Lets retention have a backup again.", mixinStandardHelpOptions = true)
  int unpin(@Parameters(paramLabel = BACKUP) String backup) {
    return pinned(backup, false);
  }

  private int pinned(String backup, boolean pinned) {
    session().api().patch(path(backup), Api.object().put("pinned", pinned));
    session().print(pinned ? "Pinned." : "Unpinned.");
    return 0;
  }

  @Command(description = "Removes a backup from its destination.", mixinStandardHelpOptions = true)
  int remove(
      @Parameters(paramLabel = BACKUP) String backup,
      @Option(names = "--force", description = "Also when it is the last verified one.")
          boolean force) {
    session().api().delete(path(backup) + (force ? "?force=true" : ""));
    session().print("Removed.");
    return 0;
  }

  @Command(
      description = {
        "Downloads a backup as it is stored: zstd -d makes the dump of it, unless it is sealed.",
        "A download that was cut off goes on where it was."
      },
      mixinStandardHelpOptions = true)
  int download(
      @Parameters(paramLabel = BACKUP) String backup,
      @Option(names = "--to", paramLabel = "FILE", description = "Default: BACKUP.zst")
          @Nullable Path to) {
    Session session = session();
    JsonNode known = session.api().get(path(backup));
    if (!known.path("manifest").isObject()) {
      throw CliFailure.refused("Nothing of this backup is stored.");
    }
    Path file = to == null ? Path.of(backup + ".zst") : to;
    new BackupTransfer(session).download(known, file.toAbsolutePath());
    session.print(file + " (" + BackupText.size(known) + ")");
    return 0;
  }

  @Command(
      description = {
        "Sends a dump, or a backup that was downloaded elsewhere; it becomes a backup here.",
        "A sealed one needs the key of its installation first: backup bring-key ID < KEY."
      },
      mixinStandardHelpOptions = true)
  int upload(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(names = "--engine", paramLabel = "ENGINE", description = "postgresql, mariadb, …")
          @Nullable String engine,
      @Option(names = "--server-version", paramLabel = "VERSION", description = "Such as 17.")
          @Nullable String version,
      @Option(names = "--database", paramLabel = "NAME", description = "The database it is of.")
          @Nullable String database,
      @Option(names = "--name", paramLabel = "NAME", description = "What it is called.")
          @Nullable String name,
      @Option(names = "--encrypted", description = "Seal it under the installation's backup key.")
          boolean encrypted,
      @Option(names = "--no-wait", description = "Do not wait for its proof.") boolean noWait) {
    Session session = session();
    StringBuilder path = new StringBuilder("/api/backups/uploads?encrypted=" + encrypted);
    add(path, "engine", engine);
    add(path, "version", version);
    add(path, "name", name);
    add(
        path,
        "databaseId",
        database == null ? null : session.database(database).path("id").asText());
    return begun(new BackupTransfer(session).upload(path.toString(), file), noWait);
  }

  private static void add(StringBuilder path, String name, @Nullable String value) {
    if (value != null) {
      path.append('&').append(name).append('=').append(Api.encoded(value));
    }
  }

  @Command(
      description = {
        "Prints the key that a backup is sealed under, for a restore at another installation.",
        "It opens every backup that was sealed under it; that it was shown is audited."
      },
      mixinStandardHelpOptions = true)
  int key(@Parameters(paramLabel = BACKUP) String backup) {
    JsonNode key = session().api().get(path(backup) + "/key");
    session().print(key.path("id").asText());
    session().print(key.path("key").asText());
    return 0;
  }

  @Command(
      name = "bring-key",
      description = "Brings the backup key of another installation here, read from standard input.",
      mixinStandardHelpOptions = true)
  int bringKey(
      @Parameters(paramLabel = "ID", description = "As 'backup key' prints it.") String id) {
    session()
        .api()
        .post("/api/backup-keys", Api.object().put("id", id).put("key", SecretInput.read("key")));
    session().print("Its backups open here now.");
    return 0;
  }

  @Command(
      name = "rotate-key",
      description = "Seals new backups under a new key; old ones stay readable.",
      mixinStandardHelpOptions = true)
  int rotateKey() {
    JsonNode keys = session().api().post("/api/backup-keys/rotate", null).path("items");
    session().print("New backups are sealed under " + keys.path(0).path("id").asText() + ".");
    return 0;
  }

  private static String path(String backup) {
    return "/api/backups/" + Api.encoded(backup);
  }

  private Session session() {
    return Session.of(Objects.requireNonNull(spec));
  }
}
