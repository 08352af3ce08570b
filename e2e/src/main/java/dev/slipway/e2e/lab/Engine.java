package dev.slipway.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Json;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The engine of one host: a dockerd of its own in the host's network, with its own containers. */
public final class Engine {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration CALL_LIMIT = Duration.ofSeconds(90);

  private final Path folder;
  private final String cgroup;
  private final List<String> before;
  private final String registry;
  private @Nullable Daemon dockerd;

  /**
   * @param folder of the engine, short: a socket's path has 107 characters at most
   * @param cgroup the control group of its containers
   * @param before what puts a command into the host's network
   * @param registry that is spoken to without TLS
   */
  Engine(Path folder, String cgroup, List<String> before, String registry) {
    this.folder = folder;
    this.cgroup = cgroup;
    this.before = before;
    this.registry = registry;
  }

  /** Starts it and waits until it answers. */
  void start() {
    launch();
    Until.holds(
        () -> "the engine answers\n" + daemon().tail(),
        START_LIMIT,
        Duration.ofMillis(100),
        () -> tryDocker("version", "--format", "{{.Server.Version}}").ok());
  }

  private void launch() {
    try {
      Files.writeString(
          folder.resolve("daemon.json"),
          Json.write(
              Map.of(
                  "insecure-registries",
                  List.of(registry),
                  // several engines share two cores: the usual five copies would wait for each
                  // other
                  "max-concurrent-downloads",
                  2)));
      // a pid of the time before a crash may be somebody else's by now
      Files.deleteIfExists(folder.resolve("pid"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            "dockerd",
            "--config-file=" + folder.resolve("daemon.json"),
            "--data-root=" + folder.resolve("data"),
            "--exec-root=" + folder.resolve("exec"),
            "--pidfile=" + folder.resolve("pid"),
            "--cgroup-parent=/" + cgroup,
            "--host=" + address()));
    dockerd = Daemon.start(folder.resolve("dockerd.log"), path(), command);
  }

  /** Where ./slipway has put the older iptables for kernels that need it. */
  private static Map<String, String> path() {
    Path older = Path.of("/var/lib/slipway/bin");
    String path = System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    return Files.exists(older) ? Map.of("PATH", older + ":" + path) : Map.of();
  }

  private Daemon daemon() {
    if (dockerd == null) {
      throw new IllegalStateException("the engine in " + folder + " was never started");
    }
    return dockerd;
  }

  /** What {@code SLIPWAY_DOCKER_HOST} and {@code docker -H} take. */
  public String address() {
    return "unix://" + socket();
  }

  Path socket() {
    return folder.resolve("docker.sock");
  }

  // ---- faults --------------------------------------------------------------------------------

  /** Ends in order, its containers with it; its Swarm sees the node go. */
  public void stop() {
    daemon().stop(Duration.ofSeconds(60));
  }

  /** Starts again what was stopped or killed, and waits until it answers. */
  public void startAgain() {
    start();
  }

  /** The engine alone dies; containers live on until the next engine finds them. */
  public void kill() {
    daemon().kill();
  }

  /** Frozen: connections are accepted, nobody answers. */
  public void pause() {
    daemon().pause();
  }

  public void resume() {
    daemon().resume();
  }

  /** Everything dies at once, the containers too, as when the power goes. */
  void die() {
    daemon().kill();
    // containerd and its shims name this folder, the containers are in this engine's control group;
    // one that lived on would answer under the address that the next engine gives to another
    Ground.endAll(Ground.processesNaming(folder));
    Ground.endAll(Ground.inCgroups(cgroup));
    List<Long> survivors = Ground.inCgroups(cgroup);
    if (!survivors.isEmpty()) {
      throw new IllegalStateException("containers of " + folder + " outlive it: " + survivors);
    }
    // a machine that starts again finds nothing below /run
    Path exec = folder.resolve("exec");
    Ground.unmountBelow(folder);
    Shell.run("rm", "-rf", "--one-file-system", exec.toString());
  }

  // ---- questions -----------------------------------------------------------------------------

  /** The output of a docker command that must succeed. */
  public String docker(String... words) {
    Shell.Outcome outcome = tryDocker(words);
    if (!outcome.ok()) {
      throw new IllegalStateException(
          "docker " + String.join(" ", words) + " at " + folder + ": " + outcome.text());
    }
    return outcome.text();
  }

  /** A docker command that may fail. */
  public Shell.Outcome tryDocker(String... words) {
    List<String> command = new ArrayList<>(List.of("docker", "--host", address()));
    command.addAll(List.of(words));
    return Shell.tryRun(null, Map.of(), CALL_LIMIT, command);
  }

  /** The Swarm's own name of this node. */
  public String nodeId() {
    return docker("info", "--format", "{{.Swarm.NodeID}}");
  }

  /** True when this node can ask its Swarm, which needs a leader that it hears. */
  public boolean knowsItsSwarm() {
    return tryDocker("service", "ls", "-q").ok();
  }

  /** Names of the Swarm's services that carry a label; ask an engine that is a manager. */
  public List<String> services(String label) {
    return lines(docker("service", "ls", "--filter", "label=" + label, "--format", "{{.Name}}"));
  }

  /** Containers on this host that carry a label, whatever their state: id and state. */
  public List<String> containers(String label) {
    return lines(
        docker("ps", "-a", "--filter", "label=" + label, "--format", "{{.ID}} {{.State}}"));
  }

  /** The Swarm's nodes: host names, and whether each is ready. */
  public List<JsonNode> nodes() {
    return lines(docker("node", "ls", "--format", "{{json .}}")).stream().map(Json::read).toList();
  }

  /** Running tasks of a service: which node each is on. */
  public List<String> nodesOf(String service) {
    return lines(
        docker(
            "service",
            "ps",
            "--filter",
            "desired-state=running",
            "--format",
            "{{.Node}} {{.CurrentState}}",
            service));
  }

  /** The Swarm's tasks whose containers run on this host and carry a label. */
  public List<String> taskIds(String label) {
    return lines(
        docker(
            "ps",
            "--filter",
            "label=" + label,
            "--format",
            "{{.Label \"com.docker.swarm.task.id\"}}"));
  }

  /** The tasks that the Swarm wants to run on this node. */
  public List<String> wantedHere() {
    return lines(
        docker(
            "node",
            "ps",
            "--no-trunc",
            "--filter",
            "desired-state=running",
            "--format",
            "{{.ID}}",
            "self"));
  }

  private static List<String> lines(String text) {
    return text.lines().filter(line -> !line.isBlank()).toList();
  }
}
