package dev.slipway.docker;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What shall be different about a service, all of it at once.
 *
 * @param replicas how many tasks are wanted; null leaves them
 * @param labels added to the service's, replacing equal keys; no task is restarted for them
 */
public record ServiceChange(@Nullable Integer replicas, Map<String, String> labels) {

  public ServiceChange {
    labels = Map.copyOf(labels);
    if (replicas != null && replicas < 0) {
      throw new IllegalArgumentException("replicas must not be negative");
    }
  }

  /** Another number of tasks. */
  public static ServiceChange scale(int replicas) {
    return new ServiceChange(replicas, Map.of());
  }

  /** More labels. */
  public static ServiceChange label(Map<String, String> labels) {
    return new ServiceChange(null, labels);
  }

  /** The same change and these labels. */
  public ServiceChange labelled(Map<String, String> more) {
    return new ServiceChange(replicas, more);
  }
}
