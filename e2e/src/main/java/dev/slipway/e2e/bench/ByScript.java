package dev.slipway.e2e.bench;

import dev.slipway.e2e.house.EngineSocket;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.Until;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The yardstick of every deployment: what an experienced person would script by hand, {@code git
 * clone}, {@code docker build}, {@code docker service update}, without any platform.
 */
final class ByScript {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(2);
  private static final String DEPLOY =
      """
      set -e
      rm -rf "$3"
      git clone -q --depth 1 "$1" "$3"
      docker build -q --label "$5" -t "$4" "$3" >/dev/null
      docker service update -q --detach --force --image "$4" "$2" >/dev/null
      """;

  private final Path folder;
  private final String service;
  private int images;

  private ByScript(Path folder, String service) {
    this.folder = folder;
    this.service = service;
  }

  /** A service that runs what the repository holds now. */
  static ByScript service(Bench bench, String repository) {
    String name = "slipway-bench-" + ProcessHandle.current().pid() + "-" + bench.name("script");
    Path folder = bench.folder().resolve(name);
    Shell.run("git", "clone", "-q", "--depth", "1", repository, folder.toString());
    String image = name + ":0";
    Shell.run("docker", "build", "-q", "--label", Bench.LABEL, "-t", image, folder.toString());
    Shell.run("docker", "network", "create", "-d", "overlay", "--label", Bench.LABEL, name);
    Shell.run(
        "docker",
        "service",
        "create",
        "-q",
        "--detach",
        "--name",
        name,
        "--label",
        Bench.LABEL,
        "--network",
        name,
        "--endpoint-mode",
        "dnsrr",
        "--update-order",
        "start-first",
        "--rollback-order",
        "start-first",
        image);
    ByScript script = new ByScript(folder, name);
    script.awaitNewTask(Set.of());
    return script;
  }

  /** Runs the script and waits until a task answers with the text. */
  long deploy(String repository, String text) {
    long began = System.nanoTime();
    run(repository);
    Until.holds("the script's service answers " + text, LIMIT, LOOK, () -> answers(text));
    return System.nanoTime() - began;
  }

  /** Runs the script with nothing new in the repository, and waits until a new task answers. */
  long deployUnchanged(String repository) {
    long began = System.nanoTime();
    Set<String> before = new HashSet<>(EngineSocket.containers(service));
    run(repository);
    awaitNewTask(before);
    return System.nanoTime() - began;
  }

  private void run(String repository) {
    String image = service + ":" + ++images;
    Shell.run(
        "bash", "-c", DEPLOY, "deploy", repository, service, folder.toString(), image, Bench.LABEL);
  }

  /** {@code docker service rollback}, until a task answers with the text. */
  long rollback(String text) {
    long began = System.nanoTime();
    Shell.run("docker", "service", "rollback", "-q", "--detach", service);
    Until.holds("the rolled back service answers " + text, LIMIT, LOOK, () -> answers(text));
    return System.nanoTime() - began;
  }

  /** Waits until only one task is left, so that the next round starts from rest. */
  void settle() {
    Until.holds(
        "one task of " + service,
        LIMIT,
        Duration.ofMillis(50),
        () -> EngineSocket.containers(service).size() == 1);
  }

  private boolean answers(String text) {
    return EngineSocket.containers(service).stream().anyMatch(id -> text(id).equals(text));
  }

  private void awaitNewTask(Set<String> before) {
    Until.holds(
        "a new task of " + service + " answers",
        LIMIT,
        LOOK,
        () ->
            EngineSocket.containers(service).stream()
                .anyMatch(id -> !before.contains(id) && !text(id).isEmpty()));
  }

  private static String text(String container) {
    Optional<String> address = EngineSocket.addressOnHost(container);
    if (address.isEmpty()) {
      return "";
    }
    try (Bench.Asker asker = new Bench.Asker(address.get(), 8080, "localhost")) {
      return asker.text();
    }
  }
}
