package dev.slipway.e2e.lab;

import dev.slipway.e2e.house.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The command line of one role, asked from the front door's own scripts. */
final class Jvm {
  private static final Map<String, List<String>> ASKED = new ConcurrentHashMap<>();

  private Jvm() {}

  /**
   * @param mark a path below the lab's folder, on the command line so that the process can be found
   */
  static List<String> command(Path tree, String role, Path mark) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags(tree, role));
    command.add("-Dslipway.data=" + mark + "/");
    return command;
  }

  private static List<String> flags(Path tree, String role) {
    return ASKED.computeIfAbsent(tree + " " + role, key -> ask(tree, role));
  }

  private static List<String> ask(Path tree, String role) {
    String script =
        """
        SLIPWAY_HOME=$1
        for part in lib distribution jvm; do . "$SLIPWAY_HOME/scripts/$part.sh"; done
        jvm_flags "$2"
        aot_flags "$2"
        """;
    return Shell.run(tree, "bash", "-c", script, "bash", tree.toString(), role).lines().toList();
  }
}
