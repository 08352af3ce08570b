package dev.slipway.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every engine promises about images and builds. */
abstract class DockerBuildContract extends DockerEngineKit {
  // ---- images and builds

  @Test
  void aBuildMakesAnImageWithItsLabelsAndTellsItsSteps(@TempDir Path context) throws Exception {
    Files.writeString(
        context.resolve("Dockerfile"), "FROM %s\nRUN echo hi-there\n".formatted(silentImage()));
    var steps = new CopyOnWriteArrayList<BuildStep>();
    var output = new StringBuffer();
    var result = engine.build(spec(context).build(), recorder(steps, output));
    var image = engine.image("slipway-kit/built:" + run).orElseThrow();
    assertThat(image.id()).isEqualTo(result.imageId());
    assertThat(image.labels()).containsAllEntriesOf(ours);
    assertThat(output.toString()).contains("hi-there");
    assertThat(steps).anyMatch(s -> s.name().contains("RUN") && s.state() == BuildStep.State.DONE);
    engine.tag(image.id(), "slipway-kit/built:" + run + "-too");
    engine.removeImage("slipway-kit/built:" + run);
    assertThat(engine.image("slipway-kit/built:" + run)).isEmpty();
    assertThat(engine.image("slipway-kit/built:" + run + "-too")).isPresent();
    engine.removeImage("slipway-kit/built:" + run + "-too");
  }

  protected BuildSpec.Builder spec(Path context) {
    return BuildSpec.of(context, "slipway-kit/built:" + run).labels(ours).noCache(true);
  }

  protected static BuildListener recorder(List<BuildStep> steps, StringBuffer output) {
    return new BuildListener() {
      @Override
      public void step(BuildStep step) {
        steps.add(step);
      }

      @Override
      public void output(BuildStep step, OutputKind kind, byte[] bytes, int offset, int length) {
        output.append(new String(bytes, offset, length, java.nio.charset.StandardCharsets.UTF_8));
      }
    };
  }

  @Test
  void aFailingStepIsNamedWithItsCodeAndLine(@TempDir Path context) throws Exception {
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM %s\nRUN echo fine\nRUN echo bad; exit 7\n".formatted(silentImage()));
    assertThatThrownBy(() -> engine.build(spec(context).build(), BuildListener.NONE))
        .isInstanceOfSatisfying(
            DockerProblem.BuildFailed.class,
            e -> {
              assertThat(e.failure().reason()).isEqualTo(BuildFailure.Reason.STEP_FAILED);
              assertThat(e.failure().exitCode()).isEqualTo(7);
              assertThat(e.failure().dockerfileLine()).isEqualTo(3);
              assertThat(e.failure().step()).contains("exit 7");
            });
    assertThat(engine.image("slipway-kit/built:" + run)).isEmpty();
  }

  @Test
  void aMissingBaseImageIsNamed(@TempDir Path context) throws Exception {
    Files.writeString(context.resolve("Dockerfile"), "FROM slipway-kit/nowhere:1\n");
    assertThatThrownBy(() -> engine.build(spec(context).build(), BuildListener.NONE))
        .isInstanceOfSatisfying(
            DockerProblem.ImageMissing.class,
            e -> assertThat(e.image()).isEqualTo("slipway-kit/nowhere:1"));
  }

  @Test
  void aMissingDockerfileIsSaidSo(@TempDir Path context) {
    assertThatThrownBy(() -> engine.build(spec(context).build(), BuildListener.NONE))
        .isInstanceOfSatisfying(
            DockerProblem.BuildFailed.class,
            e -> assertThat(e.code()).isEqualTo("dockerfile_missing"));
  }

  @Test
  void aBuildStopsWhenItsTimeIsOver(@TempDir Path context) throws Exception {
    sleepingDockerfile(context);
    var spec = spec(context).timeout(Duration.ofSeconds(2)).build();
    assertThatThrownBy(() -> engine.build(spec, BuildListener.NONE))
        .isInstanceOfSatisfying(
            DockerProblem.BuildFailed.class,
            e -> assertThat(e.failure().reason()).isEqualTo(BuildFailure.Reason.TIMED_OUT));
  }

  @Test
  void anInterruptedBuildIsCancelled(@TempDir Path context) throws Exception {
    sleepingDockerfile(context);
    var running = new CountDownLatch(1);
    var problems = new CopyOnWriteArrayList<Throwable>();
    var builder =
        Thread.ofVirtual()
            .start(() -> {
              try {
                engine.build(spec(context).build(), whenSleeping(running));
              } catch (DockerProblem e) {
                problems.add(e);
              }
            });
    assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
    builder.interrupt();
    assertThat(builder.join(Duration.ofSeconds(10))).isTrue();
    assertThat(problems).singleElement().isInstanceOf(DockerProblem.Cancelled.class);
  }

  private void sleepingDockerfile(Path context) throws IOException {
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM %s\nRUN echo going to bed; sleep 345\n".formatted(silentImage()));
  }

  protected static BuildListener whenSleeping(CountDownLatch running) {
    var heard = new StringBuffer();
    return new BuildListener() {
      @Override
      public void step(BuildStep step) {}

      @Override
      public void output(BuildStep step, OutputKind kind, byte[] bytes, int offset, int length) {
        heard.append(new String(bytes, offset, length, java.nio.charset.StandardCharsets.UTF_8));
        if (heard.indexOf("going to bed") >= 0) {
          running.countDown();
        }
      }
    };
  }

  @Test
  void aMissingImageCannotBePulled() {
    assertThatThrownBy(() -> engine.pull("localhost:1/slipway-kit/nowhere:1", null, news -> {}))
        .isInstanceOf(DockerProblem.ImageMissing.class);
    assertThat(engine.image("localhost:1/slipway-kit/nowhere:1")).isEmpty();
  }
}
