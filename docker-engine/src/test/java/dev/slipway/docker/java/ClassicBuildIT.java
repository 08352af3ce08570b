package dev.slipway.docker.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.docker.BuildFailure;
import dev.slipway.docker.BuildListener;
import dev.slipway.docker.BuildResult;
import dev.slipway.docker.BuildSpec;
import dev.slipway.docker.BuildStep;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.OutputKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The classic builder, asked for by name although buildx is there. */
@Tag("docker")
@Execution(ExecutionMode.SAME_THREAD)
class ClassicBuildIT {
  private static final String BASE = "slipway-base/busybox:latest";

  private static final Map<String, String> OURS = Map.of("dev.slipway.kit", "classic");

  @TempDir Path context;
  private final String tag = "slipway-kit/classic:" + UUID.randomUUID().toString().substring(0, 8);
  private final List<BuildStep> steps = new CopyOnWriteArrayList<>();
  private final StringBuffer output = new StringBuffer();
  private EngineHttp http;
  private ImageCalls images;
  private Builds builds;

  @BeforeEach
  void open() {
    var host = System.getenv().getOrDefault("SLIPWAY_DOCKER_HOST", JavaDockerEngine.DEFAULT_HOST);
    http = new EngineHttp(new EngineAddress(host));
    var api = new EngineApi(http);
    images = new ImageCalls(api);
    builds = new Builds(api, images);
  }

  @AfterEach
  void close() {
    images.images(OURS).forEach(image -> images.remove(image.id()));
    builds.close();
    http.close();
  }

  private BuildResult build(BuildSpec.Builder spec, String... instructions) throws IOException {
    Files.writeString(
        context.resolve("Dockerfile"), "FROM " + BASE + "\n" + String.join("\n", instructions));
    return builds.classic(spec.labels(OURS).build(), listener());
  }

  private BuildListener listener() {
    return new BuildListener() {
      @Override
      public void step(BuildStep step) {
        steps.add(step);
      }

      @Override
      public void output(BuildStep step, OutputKind kind, byte[] bytes, int off, int length) {
        output.append(new String(bytes, off, length, StandardCharsets.UTF_8));
      }
    };
  }

  private BuildSpec.Builder spec() {
    return BuildSpec.of(context, tag).noCache(true);
  }

  @Test
  void makesTheImageAndTellsItsSteps() throws Exception {
    Files.writeString(context.resolve("kept"), "kept");
    Files.writeString(context.resolve("ignored"), "ignored");
    Files.writeString(context.resolve(".dockerignore"), "ignored\n");
    var args = Map.of("WHO", "world");
    var result = build(spec().args(args), "ARG WHO", "COPY . /in", "RUN echo hi-$WHO; ls /in");
    assertThat(images.image(tag).orElseThrow().id()).isEqualTo(result.imageId());
    assertThat(output).contains("hi-world").contains("kept").doesNotContain("ignored\n");
    assertThat(steps).anyMatch(step -> step.name().contains("] RUN echo hi"));
    assertThat(build(spec().args(args).noCache(false), "ARG WHO").cachedSteps()).isPositive();
  }

  @Test
  void namesTheFailingStepAndItsCode() {
    assertThatThrownBy(() -> build(spec(), "RUN exit 7"))
        .isInstanceOfSatisfying(
            DockerProblem.BuildFailed.class,
            e -> {
              assertThat(e.failure().exitCode()).isEqualTo(7);
              assertThat(e.failure().step()).endsWith("] RUN exit 7");
            });
  }

  @Test
  void holdsAStepToItsMemory() {
    assertThatThrownBy(
            () -> build(spec().memoryBytes(32 << 20), "RUN exec tail -c 200000000 /dev/zero"))
        .isInstanceOfSatisfying(
            DockerProblem.BuildFailed.class,
            e -> assertThat(e.failure().reason()).isEqualTo(BuildFailure.Reason.OUT_OF_MEMORY));
  }

  @Test
  void stopsWhenItsTimeIsOver() {
    assertThatThrownBy(() -> build(spec().timeout(Duration.ofSeconds(2)), "RUN sleep 345"))
        .isInstanceOfSatisfying(
            DockerProblem.BuildFailed.class,
            e -> assertThat(e.failure().reason()).isEqualTo(BuildFailure.Reason.TIMED_OUT));
  }

  @Test
  void isCancelledByAnInterrupt() throws Exception {
    var ended = new LinkedBlockingQueue<Throwable>();
    var begun = new CountDownLatch(1);
    var builder =
        Thread.ofVirtual()
            .start(() -> {
              try {
                begun.countDown();
                build(spec(), "RUN sleep 346");
              } catch (IOException | DockerProblem e) {
                ended.add(e);
              }
            });
    assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
    builder.interrupt();
    assertThat(ended.poll(10, TimeUnit.SECONDS)).isInstanceOf(DockerProblem.Cancelled.class);
  }

  @Test
  void refusesSecrets() {
    assertThatThrownBy(() -> build(spec().secrets(Map.of("TOKEN", "s3cr3t")), "RUN true"))
        .isInstanceOf(DockerProblem.Refused.class)
        .hasMessageContaining("TOKEN")
        .hasMessageNotContaining("s3cr3t");
  }
}
