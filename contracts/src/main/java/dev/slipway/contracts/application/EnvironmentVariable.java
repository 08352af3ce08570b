package dev.slipway.contracts.application;

import java.time.Instant;

/**
 * One variable of an application's environment, its value in clear.
 *
 * @param secret its value is masked everywhere and never leaves but by an audited reveal
 */
public record EnvironmentVariable(
    String key, String value, boolean secret, Instant updatedAt, String updatedBy) {

  @Override
  public String toString() {
    return key + "=" + (secret ? "****" : value);
  }
}
