package dev.slipway.docker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What shall be different about a service, all of it at once; null leaves a thing as it is.
 * Anything but the number of tasks and the labels replaces the tasks that run, in the order the
 * service was created with ({@code stopFirst} or not).
 *
 * @param replicas how many tasks are wanted
 * @param labels added to the service's, replacing equal keys; no task is restarted for them
 * @param image another image, held by this engine or to be had from a registry without credentials
 * @param env instead of all variables
 * @param args instead of the arguments; empty: the image's command
 * @param memoryBytes hard limit per task, 0 for none
 * @param cpus hard limit per task, 0 for none
 * @param hostPorts instead of all ports published on the host
 */
public record ServiceChange(
    @Nullable Integer replicas,
    Map<String, String> labels,
    @Nullable String image,
    @Nullable Map<String, String> env,
    @Nullable List<String> args,
    @Nullable Long memoryBytes,
    @Nullable Double cpus,
    @Nullable List<ServiceSpec.HostPort> hostPorts) {

  public ServiceChange {
    labels = Map.copyOf(labels);
    env = env == null ? null : Map.copyOf(env);
    args = args == null ? null : List.copyOf(args);
    hostPorts = hostPorts == null ? null : List.copyOf(hostPorts);
    if (replicas != null && replicas < 0) {
      throw new IllegalArgumentException("replicas must not be negative");
    }
    if (memoryBytes != null && memoryBytes < 0 || cpus != null && cpus < 0) {
      throw new IllegalArgumentException("limits of a service must not be negative");
    }
  }

  /** Another number of tasks. */
  public static ServiceChange scale(int replicas) {
    return change().replicas(replicas).build();
  }

  /** More labels. */
  public static ServiceChange label(Map<String, String> labels) {
    return change().labels(labels).build();
  }

  /** The same change and these labels. */
  public ServiceChange labelled(Map<String, String> more) {
    var all = new HashMap<>(labels);
    all.putAll(more);
    return new ServiceChange(replicas, all, image, env, args, memoryBytes, cpus, hostPorts);
  }

  /** Starts a change of nothing. */
  public static Builder change() {
    return new Builder();
  }

  /** Names only: environment and arguments may hold secrets. */
  @Override
  public String toString() {
    return "ServiceChange[replicas %s, image %s, labels %s, env %s]"
        .formatted(replicas, image, labels.keySet(), env == null ? null : env.keySet());
  }

  /** Collects a {@link ServiceChange}. */
  public static final class Builder {
    private @Nullable Integer replicas;
    private Map<String, String> labels = Map.of();
    private @Nullable String image;
    private @Nullable Map<String, String> env;
    private @Nullable List<String> args;
    private @Nullable Long memoryBytes;
    private @Nullable Double cpus;
    private @Nullable List<ServiceSpec.HostPort> hostPorts;

    private Builder() {}

    public Builder replicas(int number) {
      this.replicas = number;
      return this;
    }

    public Builder labels(Map<String, String> added) {
      this.labels = added;
      return this;
    }

    public Builder image(String reference) {
      this.image = reference;
      return this;
    }

    public Builder env(Map<String, String> variables) {
      this.env = variables;
      return this;
    }

    public Builder args(List<String> words) {
      this.args = words;
      return this;
    }

    public Builder memoryBytes(long limit) {
      this.memoryBytes = limit;
      return this;
    }

    public Builder cpus(double limit) {
      this.cpus = limit;
      return this;
    }

    public Builder hostPorts(List<ServiceSpec.HostPort> ports) {
      this.hostPorts = ports;
      return this;
    }

    public ServiceChange build() {
      return new ServiceChange(replicas, labels, image, env, args, memoryBytes, cpus, hostPorts);
    }
  }
}
