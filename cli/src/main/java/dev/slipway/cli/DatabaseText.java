package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Databases as people read them. */
final class DatabaseText {
  static final List<String> HEAD =
      List.of("NAME", "ENGINE", "STATUS", "HOST", "EXTERNAL PORT", "NODE", "ID");

  private static final double MIB = 1024.0 * 1024.0;
  private static final int LONGEST_QUERY = 100;

  private DatabaseText() {}

  static List<String> row(JsonNode database) {
    JsonNode work = database.path("work");
    return List.of(
        Session.text(database, "name"),
        Session.text(database, "engine") + " " + Session.text(database, "version"),
        Session.text(database, "status")
            + (work.isObject() ? " (" + Session.text(work, "kind") + ")" : ""),
        Session.text(database, "host") + ":" + Session.text(database, "port"),
        Session.text(database, "externalPort"),
        Session.text(database, "nodeId"),
        Session.text(database, "id"));
  }

  /** What went wrong with it last. */
  static Optional<String> trouble(JsonNode database) {
    JsonNode failure = database.path("failure");
    return failure.isObject()
        ? Optional.of(
            "  %s: %s %s"
                .formatted(
                    Session.text(database, "name"),
                    failure.path("detail").asText(),
                    failure.path("remedy").asText()))
        : Optional.empty();
  }

  static List<String> connection(JsonNode found) {
    List<String> lines = new ArrayList<>();
    lines.add(found.path("url").asText());
    if (found.path("externalUrl").isTextual()) {
      lines.add("from elsewhere: " + found.path("externalUrl").asText());
    }
    lines.add("in variables:   " + found.path("reference").asText());
    return lines;
  }

  static List<String> insights(JsonNode found) {
    JsonNode connections = found.path("connections");
    List<String> states = new ArrayList<>();
    for (Map.Entry<String, JsonNode> state : connections.path("byState").properties()) {
      states.add(state.getValue().asText() + " " + state.getKey());
    }
    return List.of(
        "version      " + Session.text(found, "serverVersion"),
        "size         " + mib(found.path("sizeBytes")),
        "connections  "
            + Session.text(connections, "used")
            + " of "
            + Session.text(connections, "limit")
            + (states.isEmpty() ? "" : " (" + String.join(", ", states) + ")"));
  }

  static String statistics(JsonNode found) {
    return String.format(
        Locale.ROOT,
        "uses         %.1f %% of a processor, %s of %s memory",
        found.path("cpuPercent").asDouble(),
        mib(found.path("memoryBytes")),
        mib(found.path("memoryLimitBytes")));
  }

  static void queries(Session session, JsonNode found) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode query : found.path("queries")) {
      String text = query.path("query").asText().replaceAll("\\s+", " ");
      rows.add(
          List.of(
              Session.text(query, "calls"),
              String.format(Locale.ROOT, "%.1f ms", query.path("meanMs").asDouble()),
              String.format(Locale.ROOT, "%.1f ms", query.path("totalMs").asDouble()),
              text.length() <= LONGEST_QUERY ? text : text.substring(0, LONGEST_QUERY) + "…"));
    }
    if (!rows.isEmpty()) {
      session.print("");
      session.table(List.of("CALLS", "MEAN", "TOTAL", "QUERY"), rows);
    }
  }

  static void work(Session session, JsonNode found) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode work : found) {
      rows.add(
          List.of(
              Session.text(work, "kind"),
              Session.text(work, "status"),
              Session.text(work, "step"),
              Session.text(work, "actor"),
              Session.text(work, "createdAt"),
              Session.text(work, "completedAt"),
              Session.text(work, "id")));
    }
    session.table(List.of("WORK", "STATUS", "STEP", "BY", "ASKED", "ENDED", "ID"), rows);
    for (JsonNode work : found) {
      JsonNode failure = work.path("failure");
      if (failure.isObject()) {
        session.print(
            "  "
                + Session.text(work, "id")
                + ": "
                + failure.path("detail").asText()
                + " "
                + failure.path("remedy").asText());
      }
    }
  }

  private static String mib(JsonNode bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes.asLong() / MIB);
  }
}
