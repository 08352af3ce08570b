package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Who is at work for the platform. */
@Command(
    name = "processes",
    description = "Lists the platform's processes, their state and the work they have in hand.",
    mixinStandardHelpOptions = true)
final class ProcessesCommand implements Runnable {
  @Spec @Nullable CommandSpec spec;

  @Override
  public void run() {
    Session session = Session.of(Objects.requireNonNull(spec));
    print(session, session.api().get("/api/installation"));
  }

  /** As a table, and one line about the bus when there is one. */
  static void print(Session session, JsonNode installation) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode one : installation.path("processes")) {
      rows.add(
          List.of(
              one.path("role").asText(),
              one.path("id").asText(),
              state(one),
              Session.text(one, "version"),
              Session.text(one, "host"),
              Session.text(one, "nodeId"),
              work(one.path("load")),
              one.path("heartbeatAt").asText()));
    }
    if (!rows.isEmpty()) {
      session.table(
          List.of("ROLE", "PROCESS", "STATE", "VERSION", "HOST", "NODE", "WORK", "LAST HEARD"),
          rows);
    }
    int members = installation.path("cluster").path("members").asInt();
    if (members > 0) {
      boolean safe = installation.path("cluster").path("safe").asBoolean();
      session.print("");
      session.print(
          members + " processes share the bus" + (safe ? "." : "; its tables are being moved."));
    }
  }

  private static String state(JsonNode process) {
    if (!process.path("alive").asBoolean()) {
      return "dead";
    }
    if (process.path("draining").asBoolean()) {
      return "draining";
    }
    return process.path("ready").asBoolean() ? "ready" : "not ready";
  }

  private static String work(JsonNode load) {
    int limit = load.path("limit").asInt();
    return limit == 0 ? "-" : load.path("running").asText() + "/" + limit;
  }
}
