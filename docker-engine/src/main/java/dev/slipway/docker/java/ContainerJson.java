package dev.slipway.docker.java;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerStats;
import dev.slipway.docker.PublishedPort;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The engine's JSON for one container. */
final class ContainerJson {
  private ContainerJson() {}

  static ContainerInfo container(JsonNode node, @Nullable String gatewayAddress) {
    var state = node.path("State");
    var network = node.path("NetworkSettings");
    var driver = node.path("HostConfig").path("LogConfig").path("Type").asText();
    return new ContainerInfo(
        node.path("Id").asText(),
        node.path("Name").asText().replaceFirst("^/", ""),
        node.path("Config").path("Image").asText(),
        node.path("Image").asText(),
        Nodes.map(node.path("Config").path("Labels")),
        ContainerInfo.State.valueOf(
            state.path("Status").asText("created").toUpperCase(Locale.ROOT)),
        health(state.path("Health").path("Status").asText("none")),
        state.path("ExitCode").asInt(),
        state.path("OOMKilled").asBoolean(),
        Nodes.text(state.path("Error")),
        Nodes.instant(state.path("StartedAt")),
        Nodes.instant(state.path("FinishedAt")),
        addresses(network.path("Networks")),
        gatewayAddress,
        ports(network.path("Ports")),
        !driver.equals("none"));
  }

  private static ContainerInfo.Health health(String status) {
    return switch (status) {
      case "starting" -> ContainerInfo.Health.STARTING;
      case "healthy" -> ContainerInfo.Health.HEALTHY;
      case "unhealthy" -> ContainerInfo.Health.UNHEALTHY;
      default -> ContainerInfo.Health.NONE;
    };
  }

  private static Map<String, String> addresses(JsonNode networks) {
    var found = new LinkedHashMap<String, String>();
    for (var field : networks.properties()) {
      var address = field.getValue().path("IPAddress").asText();
      if (!address.isEmpty()) {
        found.put(field.getKey(), address);
      }
    }
    return found;
  }

  private static List<PublishedPort> ports(JsonNode ports) {
    var found = new LinkedHashSet<PublishedPort>();
    for (var field : ports.properties()) {
      var port = field.getKey().split("/");
      for (var binding : field.getValue()) {
        found.add(
            new PublishedPort(
                Integer.parseInt(port[0]),
                binding.path("HostPort").asInt(),
                port.length > 1 ? port[1] : "tcp"));
      }
    }
    return List.copyOf(found);
  }

  static ContainerStats stats(JsonNode node, Instant at) {
    var memory = node.path("memory_stats");
    var details = memory.path("stats");
    // Both cgroup versions count page cache that can be dropped; they name it differently.
    var cache = details.path("total_inactive_file").asLong(details.path("inactive_file").asLong());
    long received = 0;
    long sent = 0;
    for (var network : node.path("networks")) {
      received += network.path("rx_bytes").asLong();
      sent += network.path("tx_bytes").asLong();
    }
    var cpu = node.path("cpu_stats");
    return new ContainerStats(
        at,
        Duration.ofNanos(cpu.path("cpu_usage").path("total_usage").asLong()),
        cpu.path("online_cpus").asInt(1),
        Math.max(0, memory.path("usage").asLong() - cache),
        memory.path("limit").asLong(),
        received,
        sent,
        block(node, "read"),
        block(node, "write"),
        node.path("pids_stats").path("current").asInt());
  }

  private static long block(JsonNode node, String operation) {
    long bytes = 0;
    for (var entry : node.path("blkio_stats").path("io_service_bytes_recursive")) {
      if (entry.path("op").asText().equalsIgnoreCase(operation)) {
        bytes += entry.path("value").asLong();
      }
    }
    return bytes;
  }
}
