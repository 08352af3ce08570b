package dev.slipway.platform.health;

import java.util.Map;

/**
 * The answer of the health endpoint.
 *
 * @param status {@code ok} when every check is, else {@code degraded}
 */
public record Health(String status, Map<String, Check> checks) {

  /** True when nothing is wrong. */
  public boolean isOk() {
    return status.equals("ok");
  }

  /**
   * One check.
   *
   * @param status {@code ok} or {@code failed}
   * @param detail what it saw; why it failed
   * @param millis how long it took
   */
  public record Check(String status, String detail, long millis) {}
}
