package dev.slipway.docker.java;

import static dev.slipway.docker.java.EngineApi.encode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.docker.DiskUsage;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.EngineEvent;
import dev.slipway.docker.Follow;
import dev.slipway.docker.NetworkInfo;
import dev.slipway.docker.VolumeInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What containers share: networks, volumes, the event stream and the disk. */
final class SharedCalls {
  private final EngineApi api;

  SharedCalls(EngineApi api) {
    this.api = api;
  }

  NetworkInfo ensureNetwork(String name, Map<String, String> labels) {
    var there = api.find("/networks/" + encode(name));
    if (there.isPresent()) {
      return network(there.get());
    }
    var body = EngineApi.JSON.createObjectNode().put("Name", name).put("Driver", "overlay");
    body.put("Attachable", true).put("CheckDuplicate", true);
    body.set("Labels", EngineApi.JSON.valueToTree(labels));
    try {
      var id = api.post("/networks/create", body).path("Id").asText();
      return new NetworkInfo(id, name, "overlay", labels);
    } catch (DockerProblem.Conflict e) {
      // Somebody made it in between.
      return api.find("/networks/" + encode(name)).map(SharedCalls::network).orElseThrow(() -> e);
    }
  }

  void removeNetwork(String name) {
    api.delete("/networks/" + encode(name));
  }

  List<NetworkInfo> networks(Map<String, String> labels) {
    var found = new ArrayList<NetworkInfo>();
    api.get("/networks?" + EngineApi.labelled(labels)).forEach(node -> found.add(network(node)));
    return found;
  }

  private static NetworkInfo network(JsonNode node) {
    return new NetworkInfo(
        node.path("Id").asText(),
        node.path("Name").asText(),
        node.path("Driver").asText(),
        Nodes.map(node.path("Labels")));
  }

  void connect(String network, String container, List<String> aliases) {
    var body = EngineApi.JSON.createObjectNode().put("Container", container);
    body.putObject("EndpointConfig").set("Aliases", EngineApi.JSON.valueToTree(aliases));
    try {
      api.post("/networks/" + encode(network) + "/connect", body);
    } catch (DockerProblem.Conflict e) {
      if (!e.getMessage().contains("already attached")
          && !e.getMessage().contains("already exists")) {
        throw e;
      }
    }
  }

  void disconnect(String network, String container) {
    var body = EngineApi.JSON.createObjectNode().put("Container", container).put("Force", true);
    try {
      api.post("/networks/" + encode(network) + "/disconnect", body);
    } catch (DockerProblem.NotFound gone) {
      return; // the container or the network: neither is on the other
    } catch (DockerProblem.EngineFailed e) {
      if (!e.getMessage().contains("is not connected to")) {
        throw e;
      }
    }
  }

  VolumeInfo ensureVolume(String name, Map<String, String> labels) {
    var body = EngineApi.JSON.createObjectNode().put("Name", name).put("Driver", "local");
    body.set("Labels", EngineApi.JSON.valueToTree(labels));
    return volume(api.post("/volumes/create", body)); // answers with the old one when it is there
  }

  void removeVolume(String name) {
    api.delete("/volumes/" + encode(name));
  }

  List<VolumeInfo> volumes(Map<String, String> labels) {
    var found = new ArrayList<VolumeInfo>();
    api.get("/volumes?" + EngineApi.labelled(labels))
        .path("Volumes")
        .forEach(node -> found.add(volume(node)));
    return found;
  }

  private static VolumeInfo volume(JsonNode node) {
    return new VolumeInfo(
        node.path("Name").asText(),
        node.path("Mountpoint").asText(),
        Nodes.map(node.path("Labels")));
  }

  Follow events(Map<String, String> labels, long sinceNanos, Consumer<EngineEvent> handler) {
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("a listing needs at least one label");
    }
    var filters =
        EngineApi.filters(
            Map.of("type", List.of("container"), "label", EngineApi.labelList(labels)));
    var since = sinceNanos > 0 ? "&since=" + ContainerCalls.seconds(sinceNanos) : "";
    var reply = api.stream("GET", "/events?" + filters + since, null);
    return StreamFollow.start("docker-events", reply, r -> read(r, handler));
  }

  private static void read(EngineHttp.Reply reply, Consumer<EngineEvent> handler)
      throws IOException {
    try (var news = EngineApi.JSON.readerFor(JsonNode.class).<JsonNode>readValues(reply.body())) {
      while (news.hasNextValue()) {
        var node = news.nextValue();
        var actor = node.path("Actor");
        handler.accept(
            new EngineEvent(
                node.path("Type").asText(),
                node.path("Action").asText(),
                actor.path("ID").asText(),
                Nodes.map(actor.path("Attributes")),
                node.path("timeNano").asLong()));
      }
    }
  }

  DiskUsage diskUsage() {
    var node = api.get("/system/df");
    return new DiskUsage(
        node.path("LayersSize").asLong(),
        sum(node.path("Containers"), "SizeRw"),
        sum(node.path("Volumes"), "UsageData", "Size"),
        sum(node.path("BuildCache"), "Size"));
  }

  long buildCacheBytes() {
    return sum(api.get("/system/df?type=build-cache").path("BuildCache"), "Size");
  }

  long pruneBuildCache(Duration unusedFor, long keepBytes) {
    var until = EngineApi.filters(Map.of("until", List.of(unusedFor.toSeconds() + "s")));
    long old = api.post("/build/prune?all=1&" + until, null).path("SpaceReclaimed").asLong();
    var surplus = api.post("/build/prune?all=1&keep-storage=" + Math.max(1, keepBytes), null);
    return old + surplus.path("SpaceReclaimed").asLong();
  }

  private static long sum(JsonNode items, String... path) {
    long bytes = 0;
    for (var item : items) {
      var node = item;
      for (var name : path) {
        node = node.path(name);
      }
      bytes += Math.max(0, node.asLong()); // the engine says -1 for "not counted"
    }
    return bytes;
  }
}
