package dev.slipway.docker;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A Swarm service as it is wanted.
 *
 * @param image as the engine runs it: an image id or {@code repository@sha256:…} when it had the
 *     image at creation, else the name it was given
 * @param env as {@code KEY=value} pairs in the spec's order
 * @param replicas how many tasks are wanted
 */
public record ServiceInfo(
    String id,
    String name,
    String image,
    Map<String, String> labels,
    Map<String, String> containerLabels,
    List<String> env,
    int replicas,
    Instant createdAt,
    Instant updatedAt) {

  public ServiceInfo {
    labels = Map.copyOf(labels);
    containerLabels = Map.copyOf(containerLabels);
    env = List.copyOf(env);
  }

  /** Names only: an application's environment may hold secrets. */
  @Override
  public String toString() {
    return "ServiceInfo[%s, %s, %d replicas]".formatted(name, image, replicas);
  }
}
