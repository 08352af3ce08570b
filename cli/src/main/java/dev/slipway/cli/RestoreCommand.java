package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Backups that are put back. */
@Command(
    name = "restore",
    aliases = "restores",
    description =
        "Puts backups into new databases, or in the place of what is in one or in a volume.",
    mixinStandardHelpOptions = true)
final class RestoreCommand {
  private static final String RESTORE = "RESTORE";

  @Spec @Nullable CommandSpec spec;

  @Command(
      description = {
        "Restores a backup: --into makes a new database of it, --in-place replaces what is in one,",
        "--volume what is in a volume whose application is stopped; a backup of what is there is",
        "taken and proven first."
      },
      mixinStandardHelpOptions = true)
  int create(
      @Parameters(paramLabel = "BACKUP") String backup,
      @Option(names = "--into", paramLabel = "NAME", description = "The new database's name.")
          @Nullable String into,
      @Option(names = "--project", paramLabel = "NAME", description = "Its project (the default).")
          @Nullable String project,
      @Option(names = "--in-place", paramLabel = "DATABASE", description = "Replaces its data.")
          @Nullable String inPlace,
      @Option(
              names = "--volume",
              paramLabel = "APP/VOLUME",
              description = "Replaces what is in it; the application must be stopped.")
          @Nullable String volume,
      @Option(
              names = "--only",
              paramLabel = "TABLE",
              split = ",",
              description = "Only these tables or databases.")
          @Nullable List<String> only,
      @Option(names = "--no-wait", description = "Print its id and do not wait for its end.")
          boolean noWait) {
    Session session = session();
    ObjectNode body = Api.object().put("backupId", backup);
    if (into != null) {
      ObjectNode target = body.putObject("into").put("name", into);
      if (project != null) {
        target.put("projectId", session.project(project).path("id").asText());
      }
    }
    if (inPlace != null) {
      body.put("databaseId", session.database(inPlace).path("id").asText());
    }
    if (volume != null) {
      SubjectOption.volume(body, session, volume);
    }
    if (only != null) {
      only.forEach(body.putArray("only")::add);
    }
    JsonNode begun = session.api().post("/api/restores", body);
    if (noWait) {
      session.print(begun.path("id").asText());
      return 0;
    }
    return new BackupWatch(session).restore(begun);
  }

  @Command(description = "Lists restores, newest first.", mixinStandardHelpOptions = true)
  int list() {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode restore : session().api().all("/api/restores")) {
      rows.add(
          List.of(
              Session.text(restore, "id"),
              Session.text(restore, "backupId"),
              BackupText.subject(restore),
              Session.text(restore, "status"),
              BackupText.progress(
                  restore.path("progressBytes").asLong(), restore.path("totalBytes").asLong()),
              Session.text(restore, "createdAt")));
    }
    session().table(List.of(RESTORE, "BACKUP", "INTO", "STATUS", "DONE", "CREATED"), rows);
    return 0;
  }

  @Command(
      description = "Shows all that is known of a restore, as JSON.",
      mixinStandardHelpOptions = true)
  int show(@Parameters(paramLabel = RESTORE) String restore) {
    session().print(session().api().get("/api/restores/" + Api.encoded(restore)).toPrettyString());
    return 0;
  }

  @Command(
      description = "Cancels a restore that has not ended; what served before goes on.",
      mixinStandardHelpOptions = true)
  int cancel(@Parameters(paramLabel = RESTORE) String restore) {
    session().api().post("/api/restores/" + Api.encoded(restore) + "/cancel", null);
    session().print("Asked for.");
    return 0;
  }

  private Session session() {
    return Session.of(Objects.requireNonNull(spec));
  }
}
