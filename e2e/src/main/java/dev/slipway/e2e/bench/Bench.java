package dev.slipway.e2e.bench;

import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.GitServer;
import dev.slipway.e2e.house.Repository;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Until;
import dev.slipway.e2e.house.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What all figures stand on: a platform of the bench's own, a Git server, and one label. */
final class Bench implements AutoCloseable {
  /** Carried by everything the bench makes on the engine by itself. */
  static final String LABEL = "dev.slipway.bench=" + ProcessHandle.current().pid();

  private final SlipwayHost host = SlipwayHost.fresh("bench");
  private final GitServer git = GitServer.start();
  private final Path folder;
  private int names;

  private Bench(Path folder) {
    this.folder = folder;
  }

  static Bench start() throws IOException {
    Bench bench = new Bench(Files.createTempDirectory("slipway-bench-"));
    try {
      bench.host.up();
      bench.awaitStartUpCache();
      return bench;
    } catch (RuntimeException e) {
      bench.close();
      throw e;
    }
  }

  /** A start-up cache that is being recorded just now would disturb every figure. */
  private void awaitStartUpCache() {
    Path lock = SlipwayHost.home().resolve(".train.lock");
    if (Files.exists(lock)) {
      Shell.tryRun(
          null,
          Map.of(),
          Duration.ofMinutes(5),
          List.of("flock", "-w", "240", lock.toString(), "true"));
    }
  }

  @Override
  public void close() {
    try (git) {
      removeOwnObjects();
      host.close();
      Shell.run("rm", "-rf", folder.toString());
    }
  }

  private static void removeOwnObjects() {
    String filter = "label=" + LABEL;
    remove("service", Shell.run("docker", "service", "ls", "-q", "--filter", filter));
    remove("container", Shell.run("docker", "ps", "-aq", "--filter", filter), "-f", "-v");
    Until.holds(
        "the bench's networks are gone",
        Duration.ofSeconds(60),
        Duration.ofMillis(300),
        () -> {
          String left = Shell.run("docker", "network", "ls", "-q", "--filter", filter);
          left.lines().forEach(id -> tryDocker("network", "rm", id));
          return left.isEmpty();
        });
    String images = Shell.run("docker", "images", "-q", "--filter", filter);
    remove("image", String.join("\n", images.lines().distinct().toList()), "-f");
  }

  private static void remove(String kind, String ids, String... flags) {
    ids.lines()
        .filter(id -> !id.isBlank())
        .forEach(id -> {
          List<String> words = new java.util.ArrayList<>(List.of("docker", kind, "rm"));
          words.addAll(List.of(flags));
          words.add(id);
          Shell.tryRun(null, Map.of(), Duration.ofSeconds(60), words);
        });
  }

  private static void tryDocker(String... words) {
    List<String> command = new java.util.ArrayList<>(List.of("docker"));
    command.addAll(List.of(words));
    Shell.tryRun(null, Map.of(), Duration.ofSeconds(60), command);
  }

  // ---- what the measures use -----------------------------------------------------------------

  SlipwayHost host() {
    return host;
  }

  Api api() {
    return host.api();
  }

  GitServer git() {
    return git;
  }

  /** Where scratch files go; removed at the end. */
  Path folder() {
    return folder;
  }

  String name(String stem) {
    return stem + "-" + ++names;
  }

  /**
   * An application of a measure.
   *
   * @param id its id
   * @param hostName what the ingress knows it by
   */
  record App(String id, String name, Repository repository, String hostName) {}

  App app(String stem, Sample sample, Map<String, ?> more) {
    String name = name(stem);
    Repository repository = git.repository(name);
    repository.push(sample, "first");
    Map<String, Object> fields = new HashMap<>();
    fields.put("name", name);
    fields.put("repository", repository.url());
    fields.put("branch", "main");
    fields.put("build", Map.of("type", "dockerfile"));
    fields.put("port", 8080);
    fields.putAll(more);
    return new App(api().create(fields), name, repository, name + ".localhost");
  }

  /** The trivial Dockerfile, health-gated. */
  App saying(String stem, String text) {
    return app(stem, Sample.saying(text), Map.of("healthCheck", Map.of("path", "/health")));
  }

  /** Asks the ingress on one connection until it answers with the text. */
  void awaitText(App app, String text) {
    try (Asker asker = new Asker("127.0.0.1", host.httpPort(), app.hostName())) {
      Until.holds(
          () -> app.hostName() + " answers '" + text + "', but: " + asker.lastAnswer(),
          Duration.ofSeconds(60),
          Duration.ofMillis(2),
          () -> asker.text().equals(text));
    }
  }

  void say(String what) {
    System.err.println("bench: " + what);
  }

  /** Asks again and again over one connection, opened anew when it breaks. */
  static final class Asker implements AutoCloseable {
    private final String address;
    private final int port;
    private final String hostName;
    private @org.jspecify.annotations.Nullable Wire wire;
    private String last = "";

    Asker(String address, int port, String hostName) {
      this.address = address;
      this.port = port;
      this.hostName = hostName;
    }

    /** The body without white space at its ends; empty when nobody answers yet. */
    String text() {
      try {
        Wire open = wire == null ? new Wire(address, port) : wire;
        wire = open;
        Wire.Reply reply = open.get(hostName, "/");
        if (reply.last()) {
          close();
        }
        last = reply.body().strip();
        return reply.status() == 200 ? last : "";
      } catch (IOException e) {
        last = e.toString();
        close();
        return "";
      }
    }

    String lastAnswer() {
      return last;
    }

    @Override
    public void close() {
      try {
        if (wire != null) {
          wire.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        wire = null;
      }
    }
  }
}
