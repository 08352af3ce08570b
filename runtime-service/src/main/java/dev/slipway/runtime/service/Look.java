package dev.slipway.runtime.service;

import org.jspecify.annotations.Nullable;

/**
 * What one look at a replica's health found.
 *
 * @param code why not, for programs: {@code port_not_open} or {@code health_check_failed}; null
 *     when well
 * @param detail why not, as the middle of a sentence: {@code GET /health answered 500}
 */
public record Look(@Nullable String code, String detail) {
  private static final Look WELL = new Look(null, "");
  public static final String PORT_NOT_OPEN = "port_not_open";
  public static final String HEALTH_CHECK_FAILED = "health_check_failed";

  static Look good() {
    return WELL;
  }

  static Look portClosed(String detail) {
    return new Look(PORT_NOT_OPEN, detail);
  }

  static Look unhealthy(String detail) {
    return new Look(HEALTH_CHECK_FAILED, detail);
  }

  public boolean well() {
    return code == null;
  }
}
