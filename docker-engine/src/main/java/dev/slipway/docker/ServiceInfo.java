package dev.slipway.docker;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A Swarm service as it is wanted.
 *
 * @param version Swarm's index; goes up with every change, whoever makes it
 * @param image as the engine runs it: an image id or {@code repository@sha256:…} when it had the
 *     image at creation, else the name it was given
 * @param env as {@code KEY=value} pairs in the spec's order
 * @param replicas how many tasks are wanted
 * @param constraints which nodes may run them, such as {@code node.id==…}
 */
public record ServiceInfo(
    String id,
    long version,
    String name,
    String image,
    Map<String, String> labels,
    Map<String, String> containerLabels,
    List<String> env,
    int replicas,
    List<String> constraints,
    Instant createdAt,
    Instant updatedAt) {

  public ServiceInfo {
    labels = Map.copyOf(labels);
    containerLabels = Map.copyOf(containerLabels);
    env = List.copyOf(env);
    constraints = List.copyOf(constraints);
  }

  /** Names only: an application's environment may hold secrets. */
  @Override
  public String toString() {
    return "ServiceInfo[%s, %s, %d replicas]".formatted(name, image, replicas);
  }
}
