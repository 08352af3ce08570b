package dev.slipway.docker;

import java.util.Map;

/**
 * Something that happened to a container.
 *
 * @param type {@code container}
 * @param action {@code start}, {@code die}, {@code oom}, {@code health_status: healthy}…
 * @param id the container's id
 * @param attributes its labels, {@code name}, {@code image}, and {@code exitCode} when it died
 * @param atNanos nanoseconds since 1970 on the engine's clock
 */
public record EngineEvent(
    String type, String action, String id, Map<String, String> attributes, long atNanos) {

  public EngineEvent {
    attributes = Map.copyOf(attributes);
  }
}
