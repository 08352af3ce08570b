package dev.slipway.docker;

import java.time.Duration;
import java.util.List;

/**
 * A check the engine runs inside the container.
 *
 * @param test {@code ["CMD", …]}, {@code ["CMD-SHELL", "…"]} or {@code ["NONE"]} to switch the
 *     image's own off
 */
public record Healthcheck(
    List<String> test, Duration interval, Duration timeout, Duration startPeriod, int retries) {

  public Healthcheck {
    test = List.copyOf(test);
  }

  /** No check at all, even if the image brings one. */
  public static Healthcheck off() {
    return new Healthcheck(List.of("NONE"), Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);
  }
}
