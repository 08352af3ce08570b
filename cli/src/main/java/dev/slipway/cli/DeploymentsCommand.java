package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Deployments. */
@Command(
    name = "deployments",
    description = "Lists, shows and cancels deployments.",
    mixinStandardHelpOptions = true)
final class DeploymentsCommand {
  private static final int MOST = 200;

  @Spec @Nullable CommandSpec spec;

  @Command(description = "Lists deployments, newest first.", mixinStandardHelpOptions = true)
  int list(
      @Option(names = "--app", paramLabel = "APP", description = "Only those of this application.")
          @Nullable String application,
      @Option(
              names = "--status",
              paramLabel = "STATUS",
              description = "pending, building, deploying, success, failed or cancelled.")
          @Nullable String status,
      @Option(
              names = "--since",
              paramLabel = "TIME",
              description = "As in '7 days ago', 2h or 2026-11-14.")
          @Nullable String since,
      @Option(
              names = "--limit",
              paramLabel = "N",
              description = "At most so many (50).",
              defaultValue = "50")
          int limit,
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              description = "json: for scripts.",
              defaultValue = "table")
          String format) {
    Session session = session();
    StringBuilder query = new StringBuilder("/api/deployments?");
    if (application != null) {
      query
          .append("applicationId=")
          .append(session.application(application).path("id").asText())
          .append('&');
    }
    if (status != null) {
      query.append("status=").append(Api.encoded(status)).append('&');
    }
    if (since != null) {
      query.append("since=").append(Since.parse(since, Instant.now())).append('&');
    }
    int wanted = Math.max(1, Math.min(limit, MOST));
    JsonNode found = session.api().get(query + "limit=" + wanted).path("items");
    if (format.equals("json")) {
      session.print(withDuration(found).toPrettyString());
    } else {
      table(session, found);
    }
    return 0;
  }

  /** {@code duration} is the name that scripts of the founding documents read. */
  private static ArrayNode withDuration(JsonNode found) {
    ArrayNode items = Api.JSON.createArrayNode();
    for (JsonNode each : found) {
      ObjectNode item = each.deepCopy();
      item.set("duration", item.path("durationSeconds"));
      items.add(item);
    }
    return items;
  }

  private static void table(Session session, JsonNode found) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode each : found) {
      String sha = Session.text(each, "commitSha");
      rows.add(
          List.of(
              Session.text(each, "id"),
              Session.text(each, "number"),
              Session.text(each, "status"),
              Session.text(each, "trigger"),
              sha.substring(0, Math.min(7, sha.length())),
              Session.text(each, "durationSeconds"),
              Session.text(each, "createdAt")));
    }
    session.table(List.of("ID", "NO", "STATUS", "TRIGGER", "COMMIT", "SECONDS", "ASKED FOR"), rows);
  }

  @Command(
      description = "Shows all that is known of a deployment, as JSON.",
      mixinStandardHelpOptions = true)
  int show(@Parameters(paramLabel = "DEPLOYMENT") String id) {
    Session session = session();
    session.print(session.api().get("/api/deployments/" + Api.encoded(id)).toPrettyString());
    return 0;
  }

  @Command(
      description = "Cancels a deployment that has not ended.",
      mixinStandardHelpOptions = true)
  int cancel(@Parameters(paramLabel = "DEPLOYMENT") String id) {
    Session session = session();
    session.api().post("/api/deployments/" + Api.encoded(id) + "/cancel", null);
    session.print("Cancelled.");
    return 0;
  }

  private Session session() {
    return Session.of(java.util.Objects.requireNonNull(spec));
  }
}
