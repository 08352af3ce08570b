package dev.slipway.platform.logs;

/** Who said a line. */
public enum LogChannel {
  /** A process, on its standard output. */
  STDOUT("stdout"),
  /** A process, on its standard error. */
  STDERR("stderr"),
  /** Slipway itself. */
  SYSTEM("system");

  private final String wire;

  LogChannel(String wire) {
    this.wire = wire;
  }

  /** Its name in the public line object. */
  public String wire() {
    return wire;
  }
}
