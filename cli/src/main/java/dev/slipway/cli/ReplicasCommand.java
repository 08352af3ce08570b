package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The replicas of an application, wherever they run. */
@Command(
    name = "replicas",
    aliases = "stats",
    description = "Shows every replica of an application: its host, how it is and what it uses.",
    mixinStandardHelpOptions = true)
final class ReplicasCommand implements Callable<Integer> {
  private static final double MIB = 1024.0 * 1024.0;

  @Spec @Nullable CommandSpec spec;

  @Parameters(paramLabel = "APP", description = "Name or id of the application.")
  String app = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "json: for scripts.",
      defaultValue = "table")
  String format = "table";

  @Override
  public Integer call() {
    Session session = Session.of(java.util.Objects.requireNonNull(spec));
    String id = session.application(app).path("id").asText();
    JsonNode found =
        session.api().get("/api/applications/" + Api.encoded(id) + "/replicas").path("items");
    if (format.equals("json")) {
      session.print(found.toPrettyString());
      return 0;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode replica : found) {
      rows.add(row(replica));
    }
    session.table(
        List.of(
            "RELEASE",
            "SLOT",
            "NODE",
            "STATE",
            "HEALTH",
            "SERVING",
            "CPU",
            "MEMORY",
            "RECEIVED",
            "SENT",
            "ADDRESS",
            "ID"),
        rows);
    for (JsonNode replica : found) {
      if (!Session.text(replica, "note").equals("-")) {
        session.print(
            "  slot " + Session.text(replica, "slot") + ": " + replica.path("note").asText());
      }
    }
    return 0;
  }

  private static List<String> row(JsonNode replica) {
    JsonNode stats = replica.path("stats");
    boolean known = stats.isObject();
    return List.of(
        "r" + Session.text(replica, "releaseNumber"),
        Session.text(replica, "slot"),
        Session.text(replica, "node"),
        Session.text(replica, "state"),
        Session.text(replica, "health"),
        replica.path("serving").asBoolean() ? "yes" : "no",
        known ? String.format(Locale.ROOT, "%.1f %%", stats.path("cpuPercent").asDouble()) : "-",
        known ? mib(stats.path("memoryBytes")) : "-",
        known ? mib(stats.path("receivedBytes")) : "-",
        known ? mib(stats.path("sentBytes")) : "-",
        Session.text(replica, "address"),
        Session.text(replica, "id"));
  }

  private static String mib(JsonNode bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes.asLong() / MIB);
  }
}
