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
   * @param data the process' data directory, on the command line so that it can be found by it
   * @param more flags besides those of the front door
   */
  static List<String> command(Path tree, Role role, Path data, List<String> more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags(tree, role));
    command.addAll(more);
    command.add("-Dslipway.data=" + data);
    command.add("-cp");
    command.add(tree.resolve("standalone/target/slipway/lib") + "/*");
    command.add(mainClass(role));
    return command;
  }

  /**
   * Flags of a process that leaves its classes, loaded and linked, in a file as it ends in order.
   */
  static List<String> recordingStart(Path file) {
    return List.of("-XX:AOTCacheOutput=" + file, "-Xlog:disable", "-Xlog:all=error:stderr");
  }

  /** Flags of a process that starts from such a file; one that does not fit is left alone. */
  static List<String> startingFrom(Path file) {
    return List.of(
        "-XX:AOTCache=" + file, "-XX:AOTMode=auto", "-Xlog:disable", "-Xlog:all=error:stderr");
  }

  private static String mainClass(Role role) {
    return switch (role) {
      case GATEWAY -> "dev.slipway.gateway.GatewayMain";
      case BUILDER -> "dev.slipway.builder.BuilderMain";
      case RUNTIME -> "dev.slipway.runtime.RuntimeMain";
      case BACKUP -> "dev.slipway.backup.BackupMain";
      case INGRESS -> "dev.slipway.ingress.IngressMain";
    };
  }

  private static List<String> flags(Path tree, Role role) {
    return ASKED.computeIfAbsent(tree + " " + role, key -> ask(tree, role));
  }

  private static List<String> ask(Path tree, Role role) {
    String script =
        """
        SLIPWAY_HOME=$1
        for part in lib distribution jvm; do . "$SLIPWAY_HOME/scripts/$part.sh"; done
        SLIPWAY_HEAP=128m jvm_flags "$2"
        """;
    List<String> flags =
        new ArrayList<>(
            Shell.run(tree, "bash", "-c", script, "bash", tree.toString(), role.word())
                .lines()
                .toList());
    // a dozen of them start on two cores and live for minutes: the second compiler never pays
    flags.add("-XX:TieredStopAtLevel=1");
    return flags;
  }
}
