package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Leads an operator through adding a host. */
final class NodeAdd {
  private final Session session;
  private final String role;

  NodeAdd(Session session, String role) {
    this.session = session;
    this.role = role;
  }

  /** Exit code 0 when nothing stands in the way, and the host is there if it was waited for. */
  int run(boolean wait, int timeout) {
    Set<String> before = ids();
    JsonNode joining = session.api().post("/api/nodes/join", Api.object().put("role", role));
    boolean ready = checks(joining);
    steps(joining);
    if (!wait) {
      return ready ? 0 : CliFailure.REFUSED;
    }
    session.print("Waiting for the new host …");
    return await(before, timeout);
  }

  private boolean checks(JsonNode joining) {
    boolean ready = true;
    session.print("1. What can be checked from here:");
    for (JsonNode check : joining.path("checks")) {
      String status = check.path("status").asText();
      ready &= !status.equals("failed");
      session.print(
          "   "
              + switch (status) {
                case "passed" -> "ok     ";
                case "failed" -> "FAILED ";
                default -> "?      ";
              }
              + check.path("name").asText()
              + ": "
              + check.path("detail").asText());
      if (!status.equals("passed")) {
        session.print("          -> " + Session.text(check, "remedy"));
      }
    }
    return ready;
  }

  private void steps(JsonNode joining) {
    session.print("2. On the new host, in a copy of this folder, check the rest:");
    session.print("   " + joining.path("hostCheck").asText());
    session.print("3. On the new host, with the same SLIPWAY_… settings as the others:");
    joining.path("commands").forEach(command -> session.print("   " + command.asText()));
    session.print(
        "   The join token is a secret: who has it can join. 'docker swarm join-token --rotate "
            + role
            + "' on a manager makes it worthless.");
  }

  private Set<String> ids() {
    Set<String> ids = new HashSet<>();
    session
        .api()
        .get("/api/nodes")
        .path("items")
        .forEach(node -> ids.add(node.path("id").asText()));
    return ids;
  }

  private int await(Set<String> before, int timeout) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeout);
    boolean seen = false;
    List<String> lacks = new ArrayList<>();
    while (System.nanoTime() < end) {
      for (JsonNode node : session.api().get("/api/nodes").path("items")) {
        if (before.contains(node.path("id").asText())) {
          continue;
        }
        if (!seen) {
          session.print("'" + NodeText.name(node) + "' has joined.");
          seen = true;
        }
        lacks = NodeText.troubles(node);
        if (lacks.isEmpty() && node.path("state").asText().equals("ready")) {
          session.print("'" + NodeText.name(node) + "' is ready and answers.");
          return 0;
        }
      }
      NodeWait.rest();
    }
    lacks.forEach(session::print);
    throw CliFailure.refused(
        seen
            ? "The new host has joined but is not ready after " + timeout + " s."
            : "No new host has joined within "
                + timeout
                + " s; scripts/host-check.sh on it says why.");
  }
}
