package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Hosts as people read them. */
final class NodeText {
  private NodeText() {}

  static String name(JsonNode node) {
    String hostname = Session.text(node, "hostname");
    return hostname.equals("-") ? Session.text(node, "id") : hostname;
  }

  static String role(JsonNode node) {
    return Session.text(node, "role") + (node.path("leader").asBoolean() ? " (leader)" : "");
  }

  /** Whether it takes replicas, and what is about to change that. */
  static String availability(JsonNode node) {
    String now =
        switch (node.path("availability").asText()) {
          case "active" -> "yes";
          case "pause" -> "no new ones";
          default -> "no (drained)";
        };
    JsonNode work = node.path("work");
    return work.isObject() ? now + ", " + work.path("kind").asText() + " asked for" : now;
  }

  /** What it waits for and what it lacks, a line each. */
  static List<String> troubles(JsonNode node) {
    List<String> lines = new ArrayList<>();
    JsonNode work = node.path("work");
    if (work.isObject() && !Session.text(work, "waitingFor").equals("-")) {
      lines.add(
          "  "
              + name(node)
              + ": "
              + work.path("kind").asText()
              + " waits: "
              + work.path("waitingFor").asText());
    }
    for (JsonNode missing : node.path("missing")) {
      lines.add(
          "  "
              + name(node)
              + ": "
              + missing.path("detail").asText()
              + " "
              + missing.path("remedy").asText());
    }
    return lines;
  }
}
