package dev.slipway.platform.logs;

/** How much a line matters. */
public enum LogLevel {
  /** Nothing to do. */
  INFO("info"),
  /** Worth a look. */
  WARN("warn"),
  /** Something failed. */
  ERROR("error");

  private final String wire;

  LogLevel(String wire) {
    this.wire = wire;
  }

  /** Its name in the public line object. */
  public String wire() {
    return wire;
  }
}
