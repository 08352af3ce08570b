package dev.slipway.docker.java;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.docker.ExecSpec;
import dev.slipway.docker.ProgramSpec;
import dev.slipway.docker.ServiceSpec.Confinement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The engine's JSON for programs that run once. */
final class ProgramJson {
  private static final double NANOS = 1e9;
  private static final String SCRATCH = "size=64m,mode=1777";

  private ProgramJson() {}

  static ObjectNode container(ProgramSpec spec) {
    var root = EngineApi.JSON.createObjectNode().put("Image", spec.image());
    root.set("Labels", EngineApi.JSON.valueToTree(new TreeMap<>(spec.labels())));
    root.set("Env", EngineApi.JSON.valueToTree(EngineApi.labelList(spec.env())));
    if (!spec.entrypoint().isEmpty()) {
      root.set("Entrypoint", EngineApi.JSON.valueToTree(spec.entrypoint()));
    }
    if (!spec.args().isEmpty()) {
      root.set("Cmd", EngineApi.JSON.valueToTree(spec.args()));
    }
    if (spec.user() != null) {
      root.put("User", spec.user());
    }
    root.put("AttachStdout", true).put("AttachStderr", true).put("Tty", false);
    // StdinOnce: the end of what we send is the end of its input
    root.put("AttachStdin", spec.stdin())
        .put("OpenStdin", spec.stdin())
        .put("StdinOnce", spec.stdin());
    root.putObject("Healthcheck").putArray("Test").add("NONE");
    root.set("HostConfig", host(spec));
    if (!spec.networks().isEmpty()) {
      var endpoints = root.putObject("NetworkingConfig").putObject("EndpointsConfig");
      endpoints.putObject(spec.networks().getFirst());
    }
    return root;
  }

  private static ObjectNode host(ProgramSpec spec) {
    var host = EngineApi.JSON.createObjectNode();
    host.put("NetworkMode", spec.networks().isEmpty() ? "none" : spec.networks().getFirst());
    host.put("Init", true);
    // what it prints may be a whole database
    host.putObject("LogConfig").put("Type", "none");
    host.putObject("RestartPolicy").put("Name", "no");
    if (spec.memoryBytes() > 0) {
      host.put("Memory", spec.memoryBytes()).put("MemorySwap", spec.memoryBytes());
    }
    if (spec.cpus() > 0) {
      host.put("NanoCpus", Math.round(spec.cpus() * NANOS));
    }
    if (spec.pidsLimit() > 0) {
      host.put("PidsLimit", spec.pidsLimit());
    }
    host.set("CapDrop", EngineApi.JSON.valueToTree(spec.dropCapabilities()));
    host.set("CapAdd", EngineApi.JSON.valueToTree(spec.keepCapabilities()));
    confine(host, spec.confinement());
    mount(host, spec);
    return host;
  }

  private static void confine(ObjectNode host, Confinement confinement) {
    if (confinement.noNewPrivileges()) {
      host.putArray("SecurityOpt").add("no-new-privileges");
    }
    host.put("ReadonlyRootfs", confinement.readOnlyRoot());
    var scratch = host.putObject("Tmpfs");
    confinement.scratch().forEach(folder -> scratch.put(folder, SCRATCH));
  }

  private static void mount(ObjectNode host, ProgramSpec spec) {
    var mounts = host.putArray("Mounts");
    for (var mount : spec.mounts()) {
      var volume =
          mounts
              .addObject()
              .put("Type", "volume")
              .put("Source", mount.volume())
              .put("Target", mount.target())
              .put("ReadOnly", mount.readOnly());
      var labels = EngineApi.JSON.valueToTree(new TreeMap<>(mount.labels()));
      volume.putObject("VolumeOptions").set("Labels", labels);
    }
  }

  /** With one variable more, by which the program's processes are found. */
  static ObjectNode exec(ExecSpec spec, Map<String, String> mark) {
    var env = new HashMap<>(spec.env());
    env.putAll(mark);
    return exec(new ExecSpec(spec.command(), env, spec.user(), spec.stdin()));
  }

  static ObjectNode exec(ExecSpec spec) {
    var root = EngineApi.JSON.createObjectNode();
    root.put("AttachStdin", spec.stdin()).put("AttachStdout", true).put("AttachStderr", true);
    root.set("Cmd", EngineApi.JSON.valueToTree(List.copyOf(spec.command())));
    root.set("Env", EngineApi.JSON.valueToTree(EngineApi.labelList(spec.env())));
    if (spec.user() != null) {
      root.put("User", spec.user());
    }
    return root;
  }
}
