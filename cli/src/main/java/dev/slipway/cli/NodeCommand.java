package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Hosts. */
@Command(
    name = "node",
    aliases = "nodes",
    description = "Adds, lists, shows, drains, activates and removes the hosts of the Swarm.",
    mixinStandardHelpOptions = true)
final class NodeCommand {
  private static final String NODE = "NODE";
  private static final String NAME_OR_ID = "Host name or id, as 'node list' shows them.";

  @Spec @Nullable CommandSpec spec;

  @Command(
      description = "Lists the hosts, what runs on them and what they lack.",
      mixinStandardHelpOptions = true)
  int list(
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              description = "json: for scripts.",
              defaultValue = "table")
          String format) {
    Session session = session();
    JsonNode found = session.api().get("/api/nodes").path("items");
    if (format.equals("json")) {
      session.print(found.toPrettyString());
      return 0;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode node : found) {
      rows.add(
          List.of(
              NodeText.name(node),
              Session.text(node, "address"),
              NodeText.role(node),
              Session.text(node, "state"),
              NodeText.availability(node),
              Session.text(node, "replicas"),
              String.valueOf(node.path("volumes").size()),
              Session.text(node, "engineVersion"),
              Session.text(node, "id")));
    }
    session.table(
        List.of(
            "NAME",
            "ADDRESS",
            "ROLE",
            "STATE",
            "TAKES REPLICAS",
            "REPLICAS",
            "VOLUMES",
            "ENGINE",
            "ID"),
        rows);
    found.forEach(node -> NodeText.troubles(node).forEach(session::print));
    return 0;
  }

  @Command(
      description = "Shows all that is known of a host, as JSON.",
      mixinStandardHelpOptions = true)
  int show(@Parameters(paramLabel = NODE, description = NAME_OR_ID) String node) {
    Session session = session();
    session.print(session.api().get(path(session, node)).toPrettyString());
    return 0;
  }

  @Command(
      description = {
        "Tells, step by step, what a new host needs, and checks what can be checked from here.",
        "With --wait it waits until the host has joined and its runtime-service answers."
      },
      mixinStandardHelpOptions = true)
  int add(
      @Option(
              names = "--role",
              paramLabel = "ROLE",
              description = "worker or manager (worker).",
              defaultValue = "worker")
          String role,
      @Option(names = "--wait", description = "Wait for the new host.") boolean wait,
      @Option(
              names = "--timeout",
              paramLabel = "SECONDS",
              description = "How long to wait (600).",
              defaultValue = "600")
          int timeout) {
    return new NodeAdd(session(), role).run(wait, timeout);
  }

  /** What commands that change a host have in common. */
  static final class Wish {
    @Parameters(paramLabel = NODE, description = NAME_OR_ID)
    String node = "";

    @Option(names = "--wait", description = "Wait until it is done, telling what it waits for.")
    boolean wait;

    @Option(
        names = "--timeout",
        paramLabel = "SECONDS",
        description = "How long to wait (600).",
        defaultValue = "600")
    int timeout;
  }

  @Command(
      description = "Moves the replicas of a host elsewhere; it gets no new ones.",
      mixinStandardHelpOptions = true)
  int drain(
      @Mixin Wish wish,
      @Option(
              names = "--force",
              description = "Also when it has data, or is the last that takes replicas.")
          boolean force) {
    return availability(wish, "drain", force, "is drained");
  }

  @Command(
      description = "Lets a host take replicas again; takes a removal back that is not done.",
      mixinStandardHelpOptions = true)
  int activate(@Mixin Wish wish) {
    return availability(wish, "active", false, "takes replicas");
  }

  private int availability(Wish wish, String wanted, boolean force, String done) {
    Session session = session();
    String path = path(session, wish.node);
    JsonNode node =
        session.api().patch(path, Api.object().put("availability", wanted).put("force", force));
    return new NodeWait(session).until(wish, node, done);
  }

  @Command(
      description = {
        "Takes a host out: its replicas first, then the host itself.",
        "A host that is up waits, empty, for 'docker swarm leave' on it."
      },
      mixinStandardHelpOptions = true)
  int remove(
      @Mixin Wish wish,
      @Option(names = "--force", description = "Also when it has data, is the last, or is up.")
          boolean force) {
    Session session = session();
    JsonNode node = session.api().delete(path(session, wish.node) + (force ? "?force=true" : ""));
    return new NodeWait(session).until(wish, node, "is removed");
  }

  private static String path(Session session, String nameOrId) {
    List<String> ids = new ArrayList<>();
    for (JsonNode node : session.api().get("/api/nodes").path("items")) {
      String id = node.path("id").asText();
      if (id.equals(nameOrId)) {
        return "/api/nodes/" + Api.encoded(id);
      }
      if (node.path("hostname").asText().equals(nameOrId)) {
        ids.add(id);
      }
    }
    if (ids.size() == 1) {
      return "/api/nodes/" + Api.encoded(ids.getFirst());
    }
    throw CliFailure.refused(
        ids.isEmpty()
            ? "There is no host '" + nameOrId + "'. ./slipway node list shows what there is."
            : "Several hosts are called '" + nameOrId + "'; give one of the ids " + ids + ".");
  }

  private Session session() {
    return Session.of(java.util.Objects.requireNonNull(spec));
  }
}
