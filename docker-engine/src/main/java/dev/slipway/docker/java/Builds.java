package dev.slipway.docker.java;

import dev.slipway.docker.BuildFailure;
import dev.slipway.docker.BuildListener;
import dev.slipway.docker.BuildResult;
import dev.slipway.docker.BuildSpec;
import dev.slipway.docker.DockerProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the builder: BuildKit through buildx when it is installed, the classic API otherwise. */
final class Builds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Builds.class);
  private static final String PLUGIN = "docker-buildx";

  private final EngineApi api;
  private final ImageCalls images;
  private final BuildLimits limits;
  private final @Nullable Path buildx;
  private volatile @Nullable String buildxVersion;

  Builds(EngineApi api, ImageCalls images) {
    this.api = api;
    this.images = images;
    this.limits = new BuildLimits(api.http().address());
    this.buildx = findBuildx().orElse(null);
  }

  /** Where the docker command looks for its plugins, in its order. */
  private static Optional<Path> findBuildx() {
    var config = System.getenv("DOCKER_CONFIG");
    var home = Path.of(System.getProperty("user.home"), ".docker");
    return Stream.of(
            config == null ? home : Path.of(config),
            Path.of("/usr/local/lib/docker"),
            Path.of("/usr/local/libexec/docker"),
            Path.of("/usr/lib/docker"),
            Path.of("/usr/libexec/docker"))
        .map(directory -> directory.resolve("cli-plugins").resolve(PLUGIN))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Asked of the plugin once; empty when there is none. */
  Optional<String> buildxVersion() {
    if (buildx != null && buildxVersion == null) {
      buildxVersion = askVersion(buildx);
    }
    return Optional.ofNullable(buildxVersion);
  }

  private static String askVersion(Path plugin) {
    try {
      var process = new ProcessBuilder(plugin.toString(), "version").start();
      var words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor(5, TimeUnit.SECONDS);
      var parts = words.strip().split(" ");
      return parts.length > 1 ? parts[1] : "unknown";
    } catch (IOException e) {
      LOG.warn("{} does not run", plugin, e);
      return "unknown";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DockerProblem.Cancelled("interrupted while asking for buildx's version");
    }
  }

  BuildResult build(BuildSpec spec, BuildListener listener) {
    if (!Files.isRegularFile(spec.dockerfilePath())) {
      throw new DockerProblem.BuildFailed(
          new BuildFailure(
              BuildFailure.Reason.DOCKERFILE_MISSING,
              null,
              null,
              null,
              "there is no Dockerfile at " + spec.dockerfile()));
    }
    return buildx == null ? classic(spec, listener) : buildKit(buildx, spec, listener);
  }

  /** BuildKit's run, also for tests that want this builder by name. */
  BuildResult buildKit(Path plugin, BuildSpec spec, BuildListener listener) {
    try (var run = new BuildKitRun(plugin, api.http().address(), limits, spec, listener)) {
      return run.result();
    }
  }

  /** The classic builder's run, also for tests that want this builder by name. */
  BuildResult classic(BuildSpec spec, BuildListener listener) {
    if (!spec.secrets().isEmpty()) {
      throw new DockerProblem.Refused(
          "the classic builder cannot keep secrets "
              + List.copyOf(spec.secrets().keySet())
              + " out of the image; install docker-buildx");
    }
    return new ClassicBuild(api, images, spec, listener).run();
  }

  @Override
  public void close() {
    limits.close();
  }
}
