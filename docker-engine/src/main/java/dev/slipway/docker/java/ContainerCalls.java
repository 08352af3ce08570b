package dev.slipway.docker.java;

import static dev.slipway.docker.java.EngineApi.encode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerStats;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ExecSpec;
import dev.slipway.docker.Follow;
import dev.slipway.docker.LogRequest;
import dev.slipway.docker.OutputHandler;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The containers of this node. */
final class ContainerCalls {
  private static final String RAW_STREAM = "application/vnd.docker.raw-stream";

  private final EngineApi api;

  ContainerCalls(EngineApi api) {
    this.api = api;
  }

  Optional<ContainerInfo> container(String id) {
    return api.find("/containers/" + encode(id) + "/json")
        .map(node -> ContainerJson.container(node, gatewayAddress(node)));
  }

  /**
   * The gateway bridge does not appear among a task's networks; only the bridge itself knows which
   * address belongs to which sandbox.
   */
  private @Nullable String gatewayAddress(JsonNode container) {
    var sandbox = container.path("NetworkSettings").path("SandboxID").asText();
    if (sandbox.length() < 12 || !container.path("State").path("Running").asBoolean()) {
      return null;
    }
    var endpoint = "gateway_" + sandbox.substring(0, 12);
    var bridge = api.find("/networks/docker_gwbridge");
    for (var field : bridge.map(node -> node.path("Containers").properties()).orElse(Set.of())) {
      if (field.getKey().equals(endpoint)
          || field.getValue().path("Name").asText().equals(endpoint)) {
        return Nodes.address(field.getValue().path("IPv4Address").asText());
      }
    }
    return null;
  }

  List<ContainerSummary> containers(Map<String, String> labels) {
    var found = new ArrayList<ContainerSummary>();
    for (var node : api.get("/containers/json?all=1&" + EngineApi.labelled(labels))) {
      found.add(
          new ContainerSummary(
              node.path("Id").asText(),
              node.path("Names").path(0).asText().replaceFirst("^/", ""),
              node.path("Image").asText(),
              Nodes.map(node.path("Labels")),
              ContainerInfo.State.valueOf(
                  node.path("State").asText("created").toUpperCase(Locale.ROOT)),
              Instant.ofEpochSecond(node.path("Created").asLong())));
    }
    return found;
  }

  void stop(String id, Duration grace) {
    var path = "/containers/" + encode(id) + "/stop?t=" + grace.toSeconds();
    var limit = grace.plus(EngineApi.PATIENCE);
    try (var reply = api.within(limit, "POST", path, null)) {
      reply.body().readAllBytes();
    } catch (DockerProblem.NotFound e) {
      return; // gone already
    } catch (IOException e) {
      throw new DockerProblem.EngineDown("the engine broke off", e);
    }
  }

  void pause(String id) {
    if (!paused(id)) {
      try {
        api.post("/containers/" + encode(id) + "/pause", null);
      } catch (DockerProblem.Conflict e) {
        if (!paused(id)) { // somebody else was faster
          throw e;
        }
      }
    }
  }

  /** Engines call it a failure of their own when it is not paused: so it is looked at instead. */
  void unpause(String id) {
    if (!paused(id)) {
      return;
    }
    try {
      api.post("/containers/" + encode(id) + "/unpause", null);
    } catch (DockerProblem e) {
      if (paused(id)) {
        throw e;
      }
    }
  }

  private boolean paused(String id) {
    return api.find("/containers/" + encode(id) + "/json")
        .map(node -> node.path("State").path("Paused").asBoolean())
        .orElse(false);
  }

  void remove(String id) {
    try {
      api.delete("/containers/" + encode(id) + "?force=1&v=1");
    } catch (DockerProblem.Conflict e) {
      if (!e.getMessage().contains("already in progress")) {
        throw e;
      }
    }
  }

  Follow logs(String id, LogRequest request, OutputHandler handler) {
    var query = new StringBuilder("/containers/" + encode(id) + "/logs?stdout=1&stderr=1");
    query.append(request.follow() ? "&follow=1" : "");
    query.append(request.timestamps() ? "&timestamps=1" : "");
    query.append(request.tail() < 0 ? "" : "&tail=" + request.tail());
    if (request.sinceNanos() > 0) {
      query.append("&since=").append(seconds(request.sinceNanos()));
    }
    var reply = api.stream("GET", query.toString(), null);
    var raw = RAW_STREAM.equals(reply.headers().get("content-type")) && terminal(id);
    return StreamFollow.start(
        "logs-" + id,
        reply,
        r -> {
          if (raw) {
            Frames.readRaw(r.body(), handler);
          } else {
            Frames.read(r.body(), handler);
          }
        });
  }

  /** Engines before 1.42 call framed output raw too, so the header alone proves nothing. */
  private boolean terminal(String id) {
    return api.get("/containers/" + encode(id) + "/json").path("Config").path("Tty").asBoolean();
  }

  static String seconds(long nanos) {
    return nanos / 1_000_000_000L + "." + "%09d".formatted(nanos % 1_000_000_000L);
  }

  int exec(String id, ExecSpec spec, Duration timeout, OutputHandler output) {
    var create = ProgramJson.exec(spec);
    var exec = api.post("/containers/" + encode(id) + "/exec", create).path("Id").asText();
    var start = EngineApi.JSON.createObjectNode().put("Detach", false).put("Tty", false);
    var reply = api.within(timeout, "POST", "/exec/" + exec + "/start", start);
    try (reply) {
      Frames.read(reply.body(), output);
    } catch (IOException e) {
      throw reply.late()
          ? new DockerProblem.TimedOut("`" + String.join(" ", spec.command()) + "`", timeout)
          : reply.explain(e);
    }
    return api.get("/exec/" + exec + "/json").path("ExitCode").asInt(-1);
  }

  Optional<ContainerStats> stats(String id) {
    var node = api.get("/containers/" + encode(id) + "/stats?stream=0&one-shot=1");
    return Optional.ofNullable(Nodes.instant(node.path("read")))
        .map(at -> ContainerJson.stats(node, at));
  }
}
