package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Follows what is wanted of a host until it is done, or tells how to. */
final class NodeWait {
  private static final long LOOK_MS = 1_000;

  private final Session session;

  NodeWait(Session session) {
    this.session = session;
  }

  /** Exit code 0 when it is done or need not be waited for. */
  int until(NodeCommand.Wish wish, JsonNode node, String done) {
    String name = NodeText.name(node);
    if (!wish.wait) {
      session.print(
          node.path("work").isObject()
              ? "Asked for; './slipway node list' shows what it waits for."
              : "'" + name + "' " + done + " already.");
      return 0;
    }
    String id = node.path("id").asText();
    String told = "";
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(wish.timeout);
    while (System.nanoTime() < end) {
      Optional<JsonNode> now = find(id);
      if (now.isEmpty() || !now.get().path("work").isObject()) {
        session.print("'" + name + "' " + done + ".");
        return 0;
      }
      String waits = Session.text(now.get().path("work"), "waitingFor");
      if (!waits.equals(told) && !waits.equals("-")) {
        session.print(waits);
        told = waits;
      }
      rest();
    }
    throw CliFailure.refused(
        "It is not done after "
            + wish.timeout
            + " s and goes on; './slipway node list' shows what it waits for.");
  }

  /** Empty when it has left the Swarm. */
  Optional<JsonNode> find(String id) {
    for (JsonNode node : session.api().get("/api/nodes").path("items")) {
      if (node.path("id").asText().equals(id)) {
        return Optional.of(node);
      }
    }
    return Optional.empty();
  }

  static void rest() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliFailure.refused("Interrupted; what was asked for goes on.");
    }
  }
}
