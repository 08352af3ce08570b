package dev.slipway.docker.java;

import static dev.slipway.docker.java.EngineApi.encode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.JoinTokens;
import dev.slipway.docker.NodeInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The nodes of the Swarm. */
final class NodeCalls {
  /** A node's own heartbeat moves its version, too: somebody always writes in between. */
  private static final int WRITE_ATTEMPTS = 10;

  private static final long NANOS = 1_000_000_000L;

  private final EngineApi api;

  NodeCalls(EngineApi api) {
    this.api = api;
  }

  List<NodeInfo> nodes() {
    var found = new ArrayList<NodeInfo>();
    api.get("/nodes").forEach(node -> found.add(info(node)));
    found.sort(Comparator.comparing(NodeInfo::id));
    return found;
  }

  private static NodeInfo info(JsonNode node) {
    var spec = node.path("Spec");
    var described = node.path("Description");
    var status = node.path("Status");
    var manager = node.path("ManagerStatus");
    return new NodeInfo(
        node.path("ID").asText(),
        node.path("Version").path("Index").asLong(),
        described.path("Hostname").asText(),
        address(status, manager),
        NodeInfo.Role.valueOf(upper(spec.path("Role"), "worker")),
        NodeInfo.Availability.valueOf(upper(spec.path("Availability"), "active")),
        NodeInfo.State.valueOf(upper(status.path("State"), "unknown")),
        manager.path("Leader").asBoolean(),
        Nodes.text(manager.path("Addr")),
        described.path("Engine").path("EngineVersion").asText(),
        (int) (described.path("Resources").path("NanoCPUs").asLong() / NANOS),
        described.path("Resources").path("MemoryBytes").asLong());
  }

  private static String upper(JsonNode node, String otherwise) {
    return node.asText(otherwise).toUpperCase(Locale.ROOT);
  }

  /** A manager that leads sees itself as 0.0.0.0 until another one tells it better. */
  private static String address(JsonNode status, JsonNode manager) {
    var seen = status.path("Addr").asText();
    var told = manager.path("Addr").asText();
    var port = told.lastIndexOf(':');
    return (seen.isEmpty() || seen.equals("0.0.0.0")) && port > 0 ? told.substring(0, port) : seen;
  }

  static List<String> managers(JsonNode remoteManagers) {
    var found = new ArrayList<String>();
    remoteManagers.forEach(manager -> found.add(manager.path("Addr").asText()));
    return found;
  }

  void setAvailability(String id, NodeInfo.Availability availability) {
    update(id, "Availability", availability.name().toLowerCase(Locale.ROOT));
  }

  void setRole(String id, NodeInfo.Role role) {
    update(id, "Role", role.name().toLowerCase(Locale.ROOT));
  }

  private void update(String id, String setting, String value) {
    var path = "/nodes/" + encode(id);
    for (var attempt = 1; ; attempt++) {
      var node =
          api.find(path).orElseThrow(() -> new DockerProblem.NotFound("node " + id + " not found"));
      var spec = (ObjectNode) node.path("Spec");
      if (spec.path(setting).asText().equals(value)) {
        return;
      }
      spec.put(setting, value);
      try {
        api.post(path + "/update?version=" + node.path("Version").path("Index").asLong(), spec);
        return;
      } catch (DockerProblem.Outdated e) {
        if (attempt == WRITE_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  void remove(String id, boolean force) {
    api.delete("/nodes/" + encode(id) + (force ? "?force=1" : ""));
  }

  JoinTokens joinTokens() {
    var tokens = api.get("/swarm").path("JoinTokens");
    var managers =
        nodes().stream()
            .filter(node -> node.managerAddress() != null)
            .sorted(Comparator.comparing(NodeInfo::leader).reversed())
            .map(node -> String.valueOf(node.managerAddress()))
            .toList();
    return new JoinTokens(
        tokens.path("Worker").asText(), tokens.path("Manager").asText(), managers);
  }
}
