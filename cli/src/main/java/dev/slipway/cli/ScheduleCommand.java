package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/** When backups are taken. */
@Command(
    name = "schedule",
    aliases = "schedules",
    description = "Adds, lists, shows, changes and removes schedules of backups.",
    mixinStandardHelpOptions = true)
final class ScheduleCommand {
  private static final String SCHEDULE = "SCHEDULE";

  @Spec @Nullable CommandSpec spec;

  /** What may be said of a schedule, new or not. */
  static final class Wishes {
    @Option(
        names = "--cron",
        paramLabel = "'M H D M W'",
        description = "Five fields, such as '30 2 * * *'.")
    @Nullable String cron;

    @Option(
        names = "--time-zone",
        paramLabel = "ZONE",
        description = "Such as Europe/Berlin (UTC).")
    @Nullable String timeZone;

    @Option(names = "--destination", paramLabel = "NAME", description = "Where they lie (local).")
    @Nullable String destination;

    @Option(names = "--keep-days", paramLabel = "DAYS", description = "Remove older ones.")
    @Nullable Integer keepDays;

    @Option(names = "--keep-count", paramLabel = "COUNT", description = "Keep only so many.")
    @Nullable Integer keepCount;

    @Option(
        names = "--encrypted",
        arity = "0..1",
        fallbackValue = "true",
        paramLabel = "true|false",
        description = "Seal them under the backup key.")
    @Nullable Boolean encrypted;

    @Option(
        names = "--pause",
        arity = "0..1",
        fallbackValue = "true",
        paramLabel = "true|false",
        description = "The application stands still while its volume is read.")
    @Nullable Boolean pause;

    void into(ObjectNode body, Session session) {
      put(body, "cron", cron);
      put(body, "timeZone", timeZone);
      put(
          body,
          "destinationId",
          destination == null ? null : DestinationCommand.id(session, destination));
      if (keepDays != null) {
        body.put("keepDays", keepDays);
      }
      if (keepCount != null) {
        body.put("keepCount", keepCount);
      }
      if (encrypted != null) {
        body.put("encrypted", encrypted);
      }
      if (pause != null) {
        body.put("pauseApplication", pause);
      }
    }

    private static void put(ObjectNode body, String name, @Nullable String value) {
      if (value != null) {
        body.put(name, value);
      }
    }
  }

  @Command(description = "Adds a schedule.", mixinStandardHelpOptions = true)
  int add(
      @Parameters(paramLabel = "NAME") String name,
      @Mixin SubjectOption subject,
      @Mixin Wishes wishes,
      @Option(
              names = "--before-deployments-of",
              paramLabel = "APP",
              description = "In place of --cron.")
          @Nullable String before) {
    Session session = session();
    ObjectNode body = Api.object().put("name", name);
    subject.into(body, session);
    wishes.into(body, session);
    if (before != null) {
      body.put("beforeDeploymentsOf", session.application(before).path("id").asText());
    }
    return told(session.api().post("/api/backup-schedules", body));
  }

  @Command(description = "Lists the schedules.", mixinStandardHelpOptions = true)
  int list() {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode known : session().api().all("/api/backup-schedules")) {
      rows.add(
          List.of(
              Session.text(known, "name"),
              BackupText.subject(known),
              known.path("cron").isNull()
                  ? "before deployments"
                  : Session.text(known, "cron") + " " + Session.text(known, "timeZone"),
              kept(known),
              known.path("enabled").asBoolean() ? Session.text(known, "nextRunAt") : "disabled",
              Session.text(known, "id")));
    }
    session().table(List.of("NAME", "OF", "WHEN", "KEPT", "NEXT", "ID"), rows);
    return 0;
  }

  private static String kept(JsonNode known) {
    List<String> limits = new ArrayList<>();
    if (known.path("keepDays").isNumber()) {
      limits.add(known.path("keepDays").asText() + " days");
    }
    if (known.path("keepCount").isNumber()) {
      limits.add(known.path("keepCount").asText());
    }
    return limits.isEmpty() ? "all" : String.join(", ", limits);
  }

  @Command(
      description = "Shows all that is known of a schedule, as JSON.",
      mixinStandardHelpOptions = true)
  int show(@Parameters(paramLabel = SCHEDULE) String id) {
    session().print(session().api().get(path(id)).toPrettyString());
    return 0;
  }

  @Command(
      description = "Changes a schedule; what is not named stays.",
      mixinStandardHelpOptions = true)
  int change(
      @Parameters(paramLabel = SCHEDULE) String id,
      @Mixin Wishes wishes,
      @Option(names = "--enabled", paramLabel = "true|false", description = "Whether it runs.")
          @Nullable Boolean enabled) {
    ObjectNode body = Api.object();
    wishes.into(body, session());
    if (enabled != null) {
      body.put("enabled", enabled);
    }
    return told(session().api().patch(path(id), body));
  }

  @Command(
      description = "Removes a schedule; its backups stay until they are removed by hand.",
      mixinStandardHelpOptions = true)
  int remove(@Parameters(paramLabel = SCHEDULE) String id) {
    session().api().delete(path(id));
    session().print("Removed.");
    return 0;
  }

  private int told(JsonNode schedule) {
    session().print(schedule.path("id").asText());
    for (JsonNode time : schedule.path("nextTimes")) {
      session().print("  " + time.asText());
    }
    return 0;
  }

  private static String path(String id) {
    return "/api/backup-schedules/" + Api.encoded(id);
  }

  private Session session() {
    return Session.of(Objects.requireNonNull(spec));
  }
}
