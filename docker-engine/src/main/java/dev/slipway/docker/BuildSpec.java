package dev.slipway.docker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to build and within which limits.
 *
 * @param context the directory whose files the build may copy
 * @param dockerfile path of the Dockerfile, absolute or relative to the context
 * @param target the stage to stop at, or null for the last one
 * @param args build arguments; they are visible in the image's history, so never secrets
 * @param secrets contents of BuildKit secrets by id, handed over outside command line, arguments
 *     and image; the classic builder has no such thing and refuses a build with secrets
 * @param labels labels of the image
 * @param tag the name the image gets, {@code repository:tag}
 * @param memoryBytes hard limit of memory for each step, 0 for none. BuildKit counts the limits
 *     into a step's cache key: changing them runs every step once more
 * @param cpus processors each step may use, 0 for no limit
 * @param timeout after which the build is stopped as {@link BuildFailure.Reason#TIMED_OUT}
 * @param noCache runs every step again
 * @param noNetwork runs the steps without any network
 * @param scratch a directory of the caller's for what the builder's program writes beside the
 *     build, or null for a temporary one that a killed process leaves behind
 */
public record BuildSpec(
    Path context,
    String dockerfile,
    @Nullable String target,
    Map<String, String> args,
    Map<String, String> secrets,
    Map<String, String> labels,
    String tag,
    long memoryBytes,
    double cpus,
    Duration timeout,
    boolean noCache,
    boolean noNetwork,
    @Nullable Path scratch) {

  public BuildSpec {
    args = Map.copyOf(args);
    secrets = Map.copyOf(secrets);
    labels = Map.copyOf(labels);
    if (memoryBytes < 0 || cpus < 0) {
      throw new IllegalArgumentException("limits must not be negative");
    }
  }

  /** Starts a spec with no limits but 30 minutes. */
  public static Builder of(Path context, String tag) {
    return new Builder(context, tag);
  }

  /** The Dockerfile as a path of this machine. */
  public Path dockerfilePath() {
    return context.resolve(dockerfile);
  }

  /** Everything but what the secrets hold. */
  @Override
  public String toString() {
    return "BuildSpec[%s, %s, tag %s, target %s, secrets %s]"
        .formatted(context, dockerfile, tag, target, secrets.keySet());
  }

  /** Collects a {@link BuildSpec}. */
  public static final class Builder {
    private final Path context;
    private final String tag;
    private String dockerfile = "Dockerfile";
    private @Nullable String target;
    private final Map<String, String> args = new LinkedHashMap<>();
    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final Map<String, String> labels = new LinkedHashMap<>();
    private long memoryBytes;
    private double cpus;
    private Duration timeout = Duration.ofMinutes(30);
    private boolean noCache;
    private boolean noNetwork;
    private @Nullable Path scratch;

    private Builder(Path context, String tag) {
      this.context = context;
      this.tag = tag;
    }

    public Builder dockerfile(String path) {
      this.dockerfile = path;
      return this;
    }

    public Builder target(@Nullable String stage) {
      this.target = stage;
      return this;
    }

    public Builder args(Map<String, String> values) {
      args.putAll(values);
      return this;
    }

    public Builder secrets(Map<String, String> contents) {
      secrets.putAll(contents);
      return this;
    }

    public Builder labels(Map<String, String> values) {
      labels.putAll(values);
      return this;
    }

    public Builder memoryBytes(long bytes) {
      this.memoryBytes = bytes;
      return this;
    }

    public Builder cpus(double count) {
      this.cpus = count;
      return this;
    }

    public Builder timeout(Duration limit) {
      this.timeout = limit;
      return this;
    }

    public Builder noCache(boolean value) {
      this.noCache = value;
      return this;
    }

    public Builder noNetwork(boolean value) {
      this.noNetwork = value;
      return this;
    }

    public Builder scratch(Path directory) {
      this.scratch = directory;
      return this;
    }

    public BuildSpec build() {
      return new BuildSpec(
          context,
          dockerfile,
          target,
          args,
          secrets,
          labels,
          tag,
          memoryBytes,
          cpus,
          timeout,
          noCache,
          noNetwork,
          scratch);
    }
  }
}
