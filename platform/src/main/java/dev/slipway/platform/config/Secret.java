package dev.slipway.platform.config;

/**
 * A setting that must not show up in logs.
 *
 * @param reveal the value itself
 */
public record Secret(String reveal) {
  /** True when nothing was set. */
  public boolean isEmpty() {
    return reveal.isEmpty();
  }

  @Override
  public String toString() {
    return reveal.isEmpty() ? "(none)" : "****";
  }
}
