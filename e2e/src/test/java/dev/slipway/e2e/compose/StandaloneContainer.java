package dev.slipway.e2e.compose;

import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Until;
import dev.slipway.e2e.house.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The whole platform in one container, with its data in a volume or a folder of this host. */
final class StandaloneContainer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(120);
  private static final Duration LOOK = Duration.ofMillis(25);

  private final String image;
  private final String name = "slipway-e2e-" + UUID.randomUUID().toString().substring(0, 8);
  private final String data;
  private final List<Integer> ports = SlipwayHost.freePorts(3);

  private StandaloneContainer(String image, String data) {
    this.image = image;
    this.data = data;
    Shell.run("docker", "network", "create", name);
  }

  /** With a volume of its own. */
  static StandaloneContainer withVolume(Images images) {
    StandaloneContainer container = new StandaloneContainer(images.standalone(), "");
    Shell.run("docker", "volume", "create", container.name);
    return container;
  }

  /** With this folder of the host for its data. */
  static StandaloneContainer withFolder(Images images, String folder) {
    return new StandaloneContainer(images.standalone(), folder);
  }

  /** As the README says it, on ports of its own. */
  void run() {
    Shell.run(
        "docker",
        "run",
        "--detach",
        "--name",
        name,
        "--network",
        name,
        "--publish",
        "127.0.0.1:" + ports.get(0) + ":3000",
        "--publish",
        "127.0.0.1:" + ports.get(1) + ":3001",
        "--publish",
        "127.0.0.1:" + ports.get(2) + ":8080",
        "--volume",
        (data.isEmpty() ? name : data) + ":/data",
        "--volume",
        "/var/run/docker.sock:/var/run/docker.sock",
        "--env",
        "SLIPWAY_ALLOW_PRIVATE_ADDRESSES=true",
        image);
  }

  /** Waits until it is ready; every state it told on the way, in order. */
  Set<String> awaitReady() {
    Set<String> seen = new LinkedHashSet<>();
    Api nobody = new Api(URI.create("http://127.0.0.1:" + ports.get(1)), null);
    Until.holds(
        () -> "ready: " + seen + "\n" + log(),
        START,
        LOOK,
        () -> {
          status(nobody).ifPresent(seen::add);
          return seen.contains("ready");
        });
    return seen;
  }

  /** Before there are keys everybody may know the state, afterwards only who has one. */
  private java.util.Optional<String> status(Api nobody) {
    try {
      var answer = nobody.get("/installation");
      String told =
          answer.status() == 401
              ? api().get("/installation").json().path("status").asText()
              : answer.json().path("status").asText();
      return java.util.Optional.of(told).filter(text -> !text.isEmpty());
    } catch (UncheckedIOException e) {
      return java.util.Optional.empty(); // not even its port is open yet
    }
  }

  Api api() {
    return new Api(URI.create("http://127.0.0.1:" + ports.get(1)), file("operator.key"));
  }

  Installation installation() {
    return new Installation(file("installation-id"));
  }

  private String file(String name) {
    return Shell.run("docker", "exec", this.name, "cat", "/data/" + name);
  }

  /** Its processes, one a line: number, user, program. */
  List<String> processes() {
    return Shell.run("docker", "top", name, "-eo", "pid,user,comm").lines().skip(1).toList();
  }

  String health() {
    return Shell.run("docker", "inspect", "--format", "{{.State.Health.Status}}", name);
  }

  Wire.Reply visit(String hostName, String path) {
    try (Wire wire = new Wire("127.0.0.1", ports.get(2))) {
      return wire.get(hostName, path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gone at once, without a word to what runs in it. */
  void removeByForce() {
    Shell.run("docker", "rm", "--force", name);
  }

  private String log() {
    return Shell.tryRun(
            null, Map.of(), Duration.ofSeconds(10), List.of("docker", "logs", "--tail", "40", name))
        .text();
  }

  @Override
  public void close() {
    Shell.run("docker", "rm", "--force", "--volumes", name);
    Shell.run("docker", "network", "rm", name);
    if (data.isEmpty()) {
      Shell.run("docker", "volume", "rm", "--force", name);
    }
  }
}
