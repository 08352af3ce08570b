package dev.slipway.docker.java;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.docker.Healthcheck;
import dev.slipway.docker.PublishedPort;
import dev.slipway.docker.ServiceChange;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.ServiceSpec.Confinement;
import dev.slipway.docker.TaskInfo;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Swarm's JSON for services and tasks. Written by hand because docker-java's models know neither
 * dropped capabilities nor process limits nor a task's ports, and would lose them on every update.
 */
final class ServiceJson {
  private static final long SECOND = 1_000_000_000L;

  /**
   * The engine drops a file that somebody still reads when it rotates: with 10 MB files a follower
   * of 200,000 quick lines silently lost 79,000 of them. It must fall behind by 50 MB here.
   */
  private static final String LOG_FILE = "25m";

  private static final String LOG_FILES = "3";
  private static final long SCRATCH_BYTES = 64L * 1024 * 1024;
  private static final int ANYBODY_STICKY = 01777;

  private ServiceJson() {}

  static ObjectNode spec(ServiceSpec spec, String image) {
    var root = EngineApi.JSON.createObjectNode();
    root.put("Name", spec.name());
    root.set("Labels", object(spec.labels()));
    var task = root.putObject("TaskTemplate");
    task.set("ContainerSpec", container(spec, image));
    task.set("Resources", resources(spec));
    task.set("RestartPolicy", restart(spec.restart()));
    task.set("Placement", placement(spec.placement()));
    var log = task.putObject("LogDriver").put("Name", "json-file");
    log.putObject("Options").put("max-size", LOG_FILE).put("max-file", LOG_FILES);
    var networks = task.putArray("Networks");
    for (var attachment : spec.networks()) {
      var network = networks.addObject().put("Target", attachment.network());
      network.set("Aliases", EngineApi.JSON.valueToTree(attachment.aliases()));
    }
    root.putObject("Mode").putObject("Replicated").put("Replicas", spec.replicas());
    root.putObject("UpdateConfig")
        .put("Parallelism", 1)
        .put("FailureAction", "pause")
        .put("Monitor", SECOND)
        .put("Order", spec.stopFirst() ? "stop-first" : "start-first");
    root.putObject("EndpointSpec").put("Mode", "dnsrr").set("Ports", ports(spec.hostPorts()));
    return root;
  }

  private static ArrayNode ports(List<ServiceSpec.HostPort> wanted) {
    var ports = EngineApi.JSON.createArrayNode();
    for (var port : wanted) {
      var node = ports.addObject().put("Protocol", port.protocol());
      node.put("TargetPort", port.containerPort()).put("PublishMode", "host");
      if (port.hostPort() > 0) {
        node.put("PublishedPort", port.hostPort());
      }
    }
    return ports;
  }

  /** Writes a change into a spec as the engine gave it, of which it may know more than we do. */
  static void change(ObjectNode spec, ServiceChange change, @Nullable String image) {
    if (change.replicas() instanceof Integer replicas) {
      spec.withObject("/Mode/Replicated").put("Replicas", replicas);
    }
    change.labels().forEach(spec.withObject("/Labels")::put);
    var container = spec.withObject("/TaskTemplate/ContainerSpec");
    if (image != null) {
      container.put("Image", image);
    }
    if (change.env() instanceof Map<String, String> env) {
      container.set("Env", EngineApi.JSON.valueToTree(EngineApi.labelList(env)));
    }
    if (change.args() instanceof List<String> args) {
      container.set("Args", EngineApi.JSON.valueToTree(args));
    }
    var limits = spec.withObject("/TaskTemplate/Resources/Limits");
    if (change.memoryBytes() instanceof Long bytes) {
      limits.put("MemoryBytes", bytes);
    }
    if (change.cpus() instanceof Double cpus) {
      limits.put("NanoCPUs", Math.round(cpus * SECOND));
    }
    if (change.hostPorts() instanceof List<ServiceSpec.HostPort> ports) {
      spec.withObject("/EndpointSpec").put("Mode", "dnsrr").set("Ports", ports(ports));
    }
  }

  private static ObjectNode container(ServiceSpec spec, String image) {
    var node = EngineApi.JSON.createObjectNode().put("Image", image);
    node.set("Labels", object(spec.containerLabels()));
    node.set("Env", EngineApi.JSON.valueToTree(EngineApi.labelList(spec.env())));
    if (!spec.command().isEmpty()) {
      node.set("Command", EngineApi.JSON.valueToTree(spec.command()));
    }
    if (!spec.args().isEmpty()) {
      node.set("Args", EngineApi.JSON.valueToTree(spec.args()));
    }
    if (spec.user() != null) {
      node.put("User", spec.user());
    }
    var mounts = node.putArray("Mounts");
    for (var mount : spec.mounts()) {
      var volume =
          mounts
              .addObject()
              .put("Type", "volume")
              .put("Source", mount.volume())
              .put("Target", mount.target())
              .put("ReadOnly", mount.readOnly());
      volume.putObject("VolumeOptions").set("Labels", object(mount.labels()));
    }
    confine(node, mounts, spec.confinement());
    node.put("StopGracePeriod", spec.stopGraceSeconds() * SECOND);
    if (spec.healthcheck() != null) {
      node.set("Healthcheck", healthcheck(spec.healthcheck()));
    }
    node.put("Init", true);
    node.set("CapabilityDrop", EngineApi.JSON.valueToTree(spec.dropCapabilities()));
    if (!spec.keepCapabilities().isEmpty()) {
      node.set("CapabilityAdd", EngineApi.JSON.valueToTree(spec.keepCapabilities()));
    }
    return node;
  }

  private static void confine(ObjectNode container, ArrayNode mounts, Confinement confinement) {
    if (confinement.noNewPrivileges()) {
      container.putObject("Privileges").put("NoNewPrivileges", true);
    }
    if (confinement.readOnlyRoot()) {
      container.put("ReadOnly", true);
    }
    for (var folder : confinement.scratch()) {
      var mount = mounts.addObject().put("Type", "tmpfs").put("Target", folder);
      mount.putObject("TmpfsOptions").put("SizeBytes", SCRATCH_BYTES).put("Mode", ANYBODY_STICKY);
    }
  }

  private static ObjectNode healthcheck(Healthcheck check) {
    var node = EngineApi.JSON.createObjectNode();
    node.set("Test", EngineApi.JSON.valueToTree(check.test()));
    return node.put("Interval", check.interval().toNanos())
        .put("Timeout", check.timeout().toNanos())
        .put("StartPeriod", check.startPeriod().toNanos())
        .put("StartInterval", Math.min(check.interval().toNanos(), SECOND))
        .put("Retries", check.retries());
  }

  private static ObjectNode resources(ServiceSpec spec) {
    var node = EngineApi.JSON.createObjectNode();
    var limits = node.putObject("Limits");
    if (spec.memoryBytes() > 0) {
      limits.put("MemoryBytes", spec.memoryBytes());
    }
    if (spec.cpus() > 0) {
      limits.put("NanoCPUs", Math.round(spec.cpus() * SECOND));
    }
    if (spec.pidsLimit() > 0) {
      limits.put("Pids", spec.pidsLimit());
    }
    return node;
  }

  private static ObjectNode placement(ServiceSpec.Placement placement) {
    var node = EngineApi.JSON.createObjectNode();
    node.set("Constraints", EngineApi.JSON.valueToTree(placement.constraints()));
    var preferences = node.putArray("Preferences");
    for (var property : placement.spread()) {
      preferences.addObject().putObject("Spread").put("SpreadDescriptor", property);
    }
    return node;
  }

  private static ObjectNode restart(ServiceSpec.Restart restart) {
    var condition =
        switch (restart.condition()) {
          case NEVER -> "none";
          case ON_FAILURE -> "on-failure";
          case ALWAYS -> "any";
        };
    return EngineApi.JSON
        .createObjectNode()
        .put("Condition", condition)
        .put("Delay", restart.delayMillis() * 1_000_000L)
        .put("MaxAttempts", restart.maxAttempts());
  }

  private static ObjectNode object(Map<String, String> values) {
    var node = EngineApi.JSON.createObjectNode();
    new TreeMap<>(values).forEach(node::put);
    return node;
  }

  static ServiceInfo service(JsonNode node) {
    var spec = node.path("Spec");
    var container = spec.path("TaskTemplate").path("ContainerSpec");
    return new ServiceInfo(
        node.path("ID").asText(),
        node.path("Version").path("Index").asLong(),
        spec.path("Name").asText(),
        container.path("Image").asText(),
        Nodes.map(spec.path("Labels")),
        Nodes.map(container.path("Labels")),
        Nodes.texts(container.path("Env")),
        spec.path("Mode").path("Replicated").path("Replicas").asInt(),
        Nodes.texts(spec.path("TaskTemplate").path("Placement").path("Constraints")),
        Nodes.instant(node.path("CreatedAt"), Instant.EPOCH),
        Nodes.instant(node.path("UpdatedAt"), Instant.EPOCH));
  }

  static TaskInfo task(JsonNode node) {
    var status = node.path("Status");
    var container = status.path("ContainerStatus");
    var state = state(status.path("State"));
    var error = Nodes.text(status.path("Err"));
    return new TaskInfo(
        node.path("ID").asText(),
        node.path("ServiceID").asText(),
        labels(node),
        node.path("Slot").asInt(),
        state,
        state(node.path("DesiredState")),
        Nodes.text(container.path("ContainerID")),
        error,
        state.ended() && container.has("ExitCode") ? container.path("ExitCode").asInt() : null,
        Nodes.text(node.path("NodeID")),
        ports(status.path("PortStatus").path("Ports")),
        networks(node.path("NetworksAttachments")),
        Nodes.instant(status.path("Timestamp"), Instant.EPOCH));
  }

  static Map<String, String> labels(JsonNode task) {
    return Nodes.map(task.path("Spec").path("ContainerSpec").path("Labels"));
  }

  private static TaskInfo.State state(JsonNode node) {
    return TaskInfo.State.valueOf(node.asText("new").toUpperCase(Locale.ROOT));
  }

  /** The engine lists a port once per address family, IPv4 first, mostly with the same number. */
  private static List<PublishedPort> ports(JsonNode ports) {
    var found = new LinkedHashSet<PublishedPort>();
    for (var port : ports) {
      if (port.path("PublishedPort").asInt() > 0) {
        found.add(
            new PublishedPort(
                port.path("TargetPort").asInt(),
                port.path("PublishedPort").asInt(),
                port.path("Protocol").asText("tcp")));
      }
    }
    return List.copyOf(found);
  }

  private static Map<String, String> networks(JsonNode attachments) {
    var found = new LinkedHashMap<String, String>();
    for (var attachment : attachments) {
      var name = attachment.path("Network").path("Spec").path("Name").asText();
      var address = attachment.path("Addresses").path(0).asText();
      if (!address.isEmpty()) {
        found.put(name, Nodes.address(address));
      }
    }
    return found;
  }
}
