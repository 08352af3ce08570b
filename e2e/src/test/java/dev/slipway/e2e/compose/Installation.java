package dev.slipway.e2e.compose;

import dev.slipway.e2e.house.EngineSocket;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What one installation has on the engine, found by its id alone.
 *
 * @param id 12 hexadecimal digits
 */
record Installation(String id) {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(300);

  String label() {
    return "dev.slipway.installation=" + id;
  }

  /** Ids of the running containers of its applications. */
  List<String> containers() {
    return words(Shell.run("docker", "ps", "-q", "--no-trunc", "--filter", "label=" + label()));
  }

  /** Removes services, containers, networks, volumes and images; nobody may be on its networks. */
  void remove() {
    EngineSocket.services(label()).forEach(name -> Shell.run("docker", "service", "rm", name));
    gone("container", List.of("ls", "-aq"), List.of("rm", "-f", "-v"));
    gone("network", List.of("ls", "-q"), List.of("rm"));
    gone("volume", List.of("ls", "-q"), List.of("rm"));
    gone("image", List.of("ls", "-aq"), List.of("rm", "-f"));
  }

  /** A network is busy until its last task has really gone, so removing is tried until it works. */
  private void gone(String kind, List<String> list, List<String> remove) {
    Until.holds(
        () -> "no " + kind + " of " + id + " is left: " + left(kind, list),
        LIMIT,
        LOOK,
        () -> {
          List<String> left = left(kind, list);
          if (left.isEmpty()) {
            return true;
          }
          List<String> command = command(kind, remove);
          command.addAll(left);
          return Shell.tryRun(null, java.util.Map.of(), LIMIT, command).ok()
              && left(kind, list).isEmpty();
        });
  }

  private List<String> left(String kind, List<String> list) {
    List<String> command = command(kind, list);
    command.addAll(List.of("--filter", "label=" + label()));
    return words(Shell.run(command.toArray(String[]::new))).stream().distinct().toList();
  }

  private static List<String> command(String kind, List<String> rest) {
    List<String> command = new ArrayList<>(List.of("docker", kind));
    command.addAll(rest);
    return command;
  }

  private static List<String> words(String text) {
    return text.lines().filter(line -> !line.isBlank()).toList();
  }
}
