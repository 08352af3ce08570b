package dev.slipway.docker;

import dev.slipway.docker.ServiceSpec.Confinement;
import dev.slipway.docker.ServiceSpec.VolumeMount;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program to run in a container of its own.
 *
 * @param name of the container, unique on the node
 * @param image one the engine has
 * @param entrypoint replaces the image's when not empty
 * @param args replace the image's command when not empty, or when there is an entrypoint
 * @param env anyone who may ask the engine can read it while the program runs
 * @param labels of the container: whoever sweeps finds it by them
 * @param networks overlay networks it joins, by name; none: it has no network at all. One is better
 *     than two: engines sometimes fail to start on two, and keep their part of the second
 * @param mounts volumes of this node; what is missing is made
 * @param user null for the image's own
 * @param memoryBytes hard limit, swap included, 0 for none
 * @param cpus hard limit, 0 for none
 * @param pidsLimit processes and threads at a time, 0 for no limit
 * @param stdin whether it gets input; without, it reads the end of file at once
 * @param dropCapabilities kernel capabilities taken away; {@code ALL}: every one but those kept
 * @param keepCapabilities kernel capabilities of which it is sure, whatever is dropped
 * @param confinement what else it may not do
 */
public record ProgramSpec(
    String name,
    String image,
    List<String> entrypoint,
    List<String> args,
    Map<String, String> env,
    Map<String, String> labels,
    List<String> networks,
    List<VolumeMount> mounts,
    @Nullable String user,
    long memoryBytes,
    double cpus,
    long pidsLimit,
    boolean stdin,
    List<String> dropCapabilities,
    List<String> keepCapabilities,
    Confinement confinement) {

  public ProgramSpec {
    entrypoint = List.copyOf(entrypoint);
    args = List.copyOf(args);
    env = Map.copyOf(env);
    labels = Map.copyOf(labels);
    networks = List.copyOf(networks);
    mounts = List.copyOf(mounts);
    dropCapabilities = List.copyOf(dropCapabilities);
    keepCapabilities = List.copyOf(keepCapabilities);
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("a program needs at least one label to be found by");
    }
    if (memoryBytes < 0 || cpus < 0 || pidsLimit < 0) {
      throw new IllegalArgumentException("limits of a program must not be negative");
    }
  }

  /**
   * Starts a spec: no input, no network, no volumes, no limits but 4096 processes; no new
   * privileges.
   *
   * @param labels at least one
   */
  public static Builder of(String name, String image, Map<String, String> labels) {
    return new Builder(name, image, labels);
  }

  /** Names only: arguments and environment may hold secrets. */
  @Override
  public String toString() {
    return "ProgramSpec[%s, %s, env %s]".formatted(name, image, env.keySet());
  }

  /** Collects a {@link ProgramSpec}. */
  public static final class Builder {
    private static final long PROCESSES = 4096;

    private final String name;
    private final String image;
    private final Map<String, String> labels;
    private List<String> entrypoint = List.of();
    private List<String> args = List.of();
    private Map<String, String> env = Map.of();
    private List<String> networks = List.of();
    private List<VolumeMount> mounts = List.of();
    private @Nullable String user;
    private long memoryBytes;
    private double cpus;
    private long pidsLimit = PROCESSES;
    private boolean stdin;
    private List<String> dropCapabilities = List.of();
    private List<String> keepCapabilities = List.of();
    private Confinement confinement = new Confinement(true, false, List.of());

    private Builder(String name, String image, Map<String, String> labels) {
      this.name = name;
      this.image = image;
      this.labels = labels;
    }

    /** The program and its arguments, instead of whatever the image runs. */
    public Builder command(List<String> words) {
      this.entrypoint = words.subList(0, 1);
      this.args = words.subList(1, words.size());
      return this;
    }

    public Builder entrypoint(List<String> words) {
      this.entrypoint = words;
      return this;
    }

    public Builder args(List<String> words) {
      this.args = words;
      return this;
    }

    public Builder env(Map<String, String> variables) {
      this.env = variables;
      return this;
    }

    public Builder networks(List<String> names) {
      this.networks = names;
      return this;
    }

    public Builder mounts(List<VolumeMount> volumes) {
      this.mounts = volumes;
      return this;
    }

    public Builder user(@Nullable String nameOrId) {
      this.user = nameOrId;
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

    public Builder pidsLimit(long limit) {
      this.pidsLimit = limit;
      return this;
    }

    /** It gets input. */
    public Builder stdin() {
      this.stdin = true;
      return this;
    }

    public Builder dropCapabilities(List<String> names) {
      this.dropCapabilities = names;
      return this;
    }

    public Builder keepCapabilities(List<String> names) {
      this.keepCapabilities = names;
      return this;
    }

    public Builder confinement(Confinement value) {
      this.confinement = value;
      return this;
    }

    public ProgramSpec build() {
      return new ProgramSpec(
          name,
          image,
          entrypoint,
          args,
          env,
          labels,
          networks,
          mounts,
          user,
          memoryBytes,
          cpus,
          pidsLimit,
          stdin,
          dropCapabilities,
          keepCapabilities,
          confinement);
    }
  }
}
