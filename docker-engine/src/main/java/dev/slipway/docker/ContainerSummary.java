package dev.slipway.docker;

import java.time.Instant;
import java.util.Map;

/** A container as listed: enough to decide which to look at. */
public record ContainerSummary(
    String id,
    String name,
    String image,
    Map<String, String> labels,
    ContainerInfo.State state,
    Instant createdAt) {

  public ContainerSummary {
    labels = Map.copyOf(labels);
  }
}
