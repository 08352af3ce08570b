package dev.slipway.cli;

/** A command cannot do what it was asked: one line for the person, and an exit code. */
final class CliFailure extends RuntimeException {
  /** The platform refused, or what was asked does not exist. */
  static final int REFUSED = 1;

  /** The platform does not answer, or the command was not understood. */
  static final int UNREACHABLE = 2;

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  CliFailure(int exitCode, String line) {
    super(line);
    this.exitCode = exitCode;
  }

  static CliFailure refused(String line) {
    return new CliFailure(REFUSED, line);
  }

  int exitCode() {
    return exitCode;
  }

  String line() {
    return String.valueOf(getMessage());
  }
}
