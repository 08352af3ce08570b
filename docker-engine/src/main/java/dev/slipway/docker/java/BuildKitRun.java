package dev.slipway.docker.java;

import dev.slipway.docker.BuildFailure;
import dev.slipway.docker.BuildListener;
import dev.slipway.docker.BuildResult;
import dev.slipway.docker.BuildSpec;
import dev.slipway.docker.DockerProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One build by {@code docker-buildx}, run as a process of its own without the docker command around
 * it, which would cost 25 ms. Killing the process ends its session, and with it the build in the
 * engine; it is tied to ours, so that a killed platform leaves no build behind.
 */
final class BuildKitRun implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final BuildSpec spec;
  private final BuildLimits.Lease limits;
  private final Path scratch;
  private final Process process;
  private final Timeline timeline;
  private final Thread reader;
  private final long begun = System.nanoTime();
  private final AtomicReference<@Nullable Throwable> readerFailed = new AtomicReference<>();

  BuildKitRun(
      Path plugin,
      EngineAddress engine,
      BuildLimits allLimits,
      BuildSpec spec,
      BuildListener listener) {
    this.spec = spec;
    this.limits = allLimits.join(spec.memoryBytes(), spec.cpus());
    this.timeline = new Timeline(listener);
    try {
      scratch = scratch(spec.scratch());
      var builder = new ProcessBuilder(Tether.around(command(plugin), scratch));
      builder.directory(spec.context().toFile());
      // our own settings hold keys and passwords
      builder.environment().keySet().removeIf(name -> name.startsWith("SLIPWAY_"));
      builder.environment().put("DOCKER_HOST", engine.url());
      builder.environment().remove("BUILDX_BUILDER");
      // It notes every build in its configuration folder and never removes a note.
      builder.environment().put("BUILDX_CONFIG", scratch.resolve("buildx").toString());
      secretVariables().forEach(builder.environment()::put);
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      process = builder.start();
    } catch (IOException e) {
      limits.close();
      throw new UncheckedIOException("buildx does not start", e);
    }
    // Reading a pipe blocks its carrier thread, so this one is a platform thread.
    reader = Thread.ofPlatform().daemon().name("build-" + process.pid()).start(this::read);
  }

  private static Path scratch(@Nullable Path within) throws IOException {
    return within == null
        ? Files.createTempDirectory("slipway-build-")
        : Files.createTempDirectory(Files.createDirectories(within), "build-");
  }

  private List<String> command(Path plugin) {
    var command = new ArrayList<String>();
    // The default builder is the engine's own; a user's current builder could be anywhere.
    command.addAll(List.of(plugin.toString(), "build", "--builder", "default", "--load"));
    command.addAll(List.of("--progress", "rawjson", "--provenance=false"));
    command.addAll(List.of("--file", spec.dockerfilePath().toString(), "--tag", spec.tag()));
    command.addAll(List.of("--iidfile", scratch.resolve("id").toString()));
    limits.parent().ifPresent(parent -> command.addAll(List.of("--cgroup-parent", parent)));
    if (spec.target() != null) {
      command.addAll(List.of("--target", spec.target()));
    }
    if (spec.noCache()) {
      command.add("--no-cache");
    }
    if (spec.noNetwork()) {
      command.add("--network=none");
    }
    new TreeMap<>(spec.args())
        .forEach((key, value) -> command.addAll(List.of("--build-arg", key + "=" + value)));
    new TreeMap<>(spec.labels())
        .forEach((key, value) -> command.addAll(List.of("--label", key + "=" + value)));
    var variables = secretVariables();
    var names = List.copyOf(new TreeMap<>(spec.secrets()).keySet());
    var number = 0;
    for (var variable : variables.keySet()) {
      command.addAll(List.of("--secret", "id=" + names.get(number++) + ",env=" + variable));
    }
    command.add(spec.context().toString());
    return command;
  }

  /** Secrets travel in the process's environment: neither on its command line nor on disk. */
  private TreeMap<String, String> secretVariables() {
    var variables = new TreeMap<String, String>();
    for (var secret : new TreeMap<>(spec.secrets()).entrySet()) {
      variables.put("SLIPWAY_BUILD_SECRET_%04d".formatted(variables.size()), secret.getValue());
    }
    return variables;
  }

  private void read() {
    try (var lines = process.errorReader(StandardCharsets.UTF_8)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        timeline.line(line);
      }
    } catch (IOException | RuntimeException e) {
      readerFailed.set(e);
      process.destroyForcibly();
    }
  }

  /** Waits for the end and says how it was. */
  BuildResult result() {
    try {
      if (!process.waitFor(spec.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        stop();
        throw new DockerProblem.BuildFailed(
            timeline.failure(
                BuildFailure.Reason.TIMED_OUT,
                "the build has not ended within " + spec.timeout().toSeconds() + " s"));
      }
      reader.join();
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
      throw new DockerProblem.Cancelled("the build was cancelled");
    }
    if (readerFailed.get() instanceof Throwable cause) {
      throw new DockerProblem.EngineFailed(
          "the build's output could not be taken: " + cause, cause);
    }
    timeline.finish();
    if (process.exitValue() != 0) {
      throw BuildErrors.explain(spec, timeline, limits.memoryExhausted());
    }
    return new BuildResult(
        imageId(),
        "buildkit",
        timeline.instructions(),
        timeline.cachedInstructions(),
        Duration.ofNanos(System.nanoTime() - begun));
  }

  private String imageId() {
    try {
      return Files.readString(scratch.resolve("id")).strip();
    } catch (IOException e) {
      throw new DockerProblem.EngineFailed("buildx left no image id", e);
    }
  }

  /** Asks the process to cancel, kills what does not, and waits until no step runs any more. */
  private void stop() {
    var all = Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    all.forEach(ProcessHandle::destroy);
    try {
      process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // being asked twice changes nothing: go on to the kill
    }
    all.forEach(ProcessHandle::destroyForcibly);
    limits.settled(GRACE);
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
    limits.close();
    try (var files = Files.walk(scratch)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
