package dev.slipway.docker;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A local image.
 *
 * @param id {@code sha256:…} of its configuration
 * @param tags its names
 * @param digests {@code repository@sha256:…} under which registries know it
 * @param exposedPorts the TCP ports it declares, ascending
 * @param healthcheck whether it brings a check of its own
 * @param hasCommand whether it says what to run
 */
public record ImageInfo(
    String id,
    List<String> tags,
    List<String> digests,
    Map<String, String> labels,
    List<Integer> exposedPorts,
    boolean healthcheck,
    boolean hasCommand,
    Instant created,
    long sizeBytes) {

  public ImageInfo {
    tags = List.copyOf(tags);
    digests = List.copyOf(digests);
    labels = Map.copyOf(labels);
    exposedPorts = List.copyOf(exposedPorts);
  }
}
