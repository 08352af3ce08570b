package dev.slipway.e2e.compose;

import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The shipped {@code docker-compose.yml} as it is, under a project name and ports of its own. */
final class Composition implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(8);

  private final Path settings;
  private final String project;
  private final Installation installation;
  private final int apiPort;
  private final int httpPort;

  private Composition(Path settings, String installation, List<Integer> ports) {
    this.settings = settings;
    this.project = "slipway-e2e-" + installation;
    this.installation = new Installation(installation);
    this.apiPort = ports.get(0);
    this.httpPort = ports.get(1);
  }

  /** Nothing of it runs yet. */
  static Composition of(Images images) {
    try {
      List<Integer> ports = SlipwayHost.freePorts(4);
      List<String> lines = new ArrayList<>(images.settings());
      lines.add("SLIPWAY_PLATFORM_IMAGE=" + images.platform());
      lines.add("SLIPWAY_API_PORT=" + ports.get(0));
      lines.add("SLIPWAY_HTTP_PORT=" + ports.get(1));
      lines.add("SLIPWAY_UI_PORT=" + ports.get(2));
      lines.add("SLIPWAY_REGISTRY_PORT=" + ports.get(3));
      lines.add("SLIPWAY_BIND=127.0.0.1");
      lines.add("SLIPWAY_HTTP_BIND=127.0.0.1");
      lines.add("SLIPWAY_ALLOW_PRIVATE_ADDRESSES=true");
      Path folder = Files.createTempDirectory("slipway-e2e-compose-");
      Path file = Files.write(folder.resolve("env"), lines);
      return new Composition(file, value(lines, "SLIPWAY_INSTALLATION"), ports);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String value(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name + "="))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name + " in the settings"));
  }

  /** {@code docker compose …}, which must succeed. */
  String compose(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "docker",
                "compose",
                "--project-name",
                project,
                "--file",
                SlipwayHost.home().resolve("docker-compose.yml").toString(),
                "--env-file",
                settings.toString()));
    command.addAll(List.of(words));
    Shell.Outcome outcome = Shell.tryRun(SlipwayHost.home(), Map.of(), LIMIT, command);
    if (!outcome.ok()) {
      throw new IllegalStateException(String.join(" ", command) + ": " + outcome.text() + logs());
    }
    return outcome.text();
  }

  void up() {
    compose("up", "--detach", "--wait");
  }

  private String logs() {
    return "\n"
        + Shell.tryRun(
                null,
                Map.of(),
                LIMIT,
                List.of("docker", "compose", "--project-name", project, "logs", "--tail", "30"))
            .text();
  }

  /** Ends all at once, as a crash does; the engine does not start it again. */
  void kill(String service) {
    compose("kill", "--signal", "KILL", service);
  }

  /** Whether a program of this name runs in a service's container. */
  boolean runs(String service, String program) {
    return compose("top", service).contains(program);
  }

  Api api() {
    String key = compose("exec", "-T", "gateway-2", "cat", "/data/operator.key");
    return new Api(URI.create("http://127.0.0.1:" + apiPort), key);
  }

  Wire.Reply visit(String hostName, String path) {
    try (Wire wire = new Wire("127.0.0.1", httpPort)) {
      return wire.get(hostName, path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Installation installation() {
    return installation;
  }

  @Override
  public void close() {
    compose("down", "--volumes", "--remove-orphans", "--timeout", "5");
    installation.remove();
    Shell.run(
        "rm", "-rf", "--one-file-system", settings.resolveSibling(".").normalize().toString());
  }
}
