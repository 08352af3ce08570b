package dev.slipway.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Secrets come over standard input: a command line is seen by everybody on the machine. */
final class SecretInput {
  private SecretInput() {}

  /** All of standard input, or what is typed unseen at a terminal. */
  static String read(String what) {
    var console = System.console();
    if (console != null && console.isTerminal()) {
      char[] typed = console.readPassword("%s: ", what);
      return checked(typed == null ? "" : new String(typed), what);
    }
    try {
      return checked(new String(System.in.readAllBytes(), StandardCharsets.UTF_8), what);
    } catch (IOException e) {
      throw CliFailure.refused("The " + what + " cannot be read from standard input.");
    }
  }

  private static String checked(String text, String what) {
    if (text.isBlank()) {
      throw new CliFailure(
          CliFailure.UNREACHABLE, "Give the " + what + " on standard input: … < FILE.");
    }
    return text.strip();
  }
}
