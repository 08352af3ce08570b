package dev.slipway.docker.java;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Ties a program to the process that starts it: however that one ends, the program ends too. A
 * small shell waits for the end of its standard input, which the kernel closes with the starter's
 * last breath; a program that prints nothing would not notice by itself.
 */
final class Tether {
  private static final String SHELL =
      """
      scratch=$1; shift
      exec 3<&0
      "$@" </dev/null 3<&- &
      program=$!
      (
        read -r never <&3
        : >"$scratch/abandoned"
        kill "$program"; sleep 2; kill -9 "$program"
      ) </dev/null >/dev/null 2>&1 &
      guard=$!
      exec 3<&-
      wait "$program"; code=$?
      kill "$guard" 2>/dev/null
      [ ! -e "$scratch/abandoned" ] || rm -rf "$scratch"
      exit "$code"
      """;

  private Tether() {}

  /**
   * The command line that runs this program tied; its standard input must stay open, a pipe nobody
   * writes to.
   *
   * @param scratch removed with the program when the starter is gone
   */
  static List<String> around(List<String> program, Path scratch) {
    var command =
        new ArrayList<>(List.of("/bin/sh", "-c", SHELL, "slipway-build", scratch.toString()));
    command.addAll(program);
    return command;
  }
}
