package dev.slipway.cli;

import java.io.Console;
import java.util.Map;

/** Where a password comes from: never from the command line, which others on the host can see. */
final class PasswordSource {
  private PasswordSource() {}

  /** {@code SLIPWAY_PASSWORD}, or else what is typed. */
  static String read(Map<String, String> environment, String question) {
    String given = environment.getOrDefault("SLIPWAY_PASSWORD", "");
    if (!given.isEmpty()) {
      return given;
    }
    Console console = System.console();
    char[] typed = console == null ? null : console.readPassword("%s: ", question);
    if (typed == null) {
      throw CliFailure.refused(
          "A password is needed: run this in a terminal, or set SLIPWAY_PASSWORD.");
    }
    return new String(typed);
  }
}
